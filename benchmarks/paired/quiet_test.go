package main

import (
	"errors"
	"slices"
	"testing"
)

const tries = 10

// speeds gives a watch the speeds of v in turn, and then the last for ever.
func speeds(v ...float64) *watch {
	return &watch{best: 100, tries: tries, speed: func() float64 {
		s := v[0]
		if len(v) > 1 {
			v = v[1:]
		}
		return s
	}}
}

func TestWatchMeasure(t *testing.T) {
	for _, tt := range []struct {
		name      string
		speeds    []float64 // before and after each call
		calls     int
		value     float64 // number of the call whose value is taken
		disturbed int
	}{
		{"quiet", []float64{100, 95}, 1, 1, 0},
		{"disturbed before", []float64{50, 100, 100, 100}, 2, 2, 0},
		{"disturbed after", []float64{100, 50, 92, 91}, 2, 2, 0},
		{"faster than ever", []float64{120, 120}, 1, 1, 0},
		{"faster than ever, which shows that it was not quiet", []float64{100, 120, 120, 120}, 1, 1, 0},
		{"never quiet", []float64{50}, tries, 1, 1},
		{"never quiet, the third the least", []float64{50, 50, 50, 60, 80, 70, 50}, tries, 3, 1},
	} {
		w := speeds(tt.speeds...)
		calls := 0
		v, err := w.measure(func() (float64, error) { calls++; return float64(calls), nil })
		if err != nil || calls != tt.calls || v != tt.value || w.disturbed != tt.disturbed {
			t.Errorf("%s: %d calls, value %v, %d disturbed, %v; want %d, %v, %d",
				tt.name, calls, v, w.disturbed, err, tt.calls, tt.value, tt.disturbed)
		}
	}
}

func TestWatchMeasureError(t *testing.T) {
	bad := errors.New("bad")
	calls := 0
	_, err := speeds(50).measure(func() (float64, error) { calls++; return 0, bad })
	if !errors.Is(err, bad) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestWatchFree(t *testing.T) {
	w := speeds(100, 50, 200, 100)
	var got []float64
	for range 4 {
		got = append(got, w.free())
	}
	if want := []float64{1, 0.5, 1, 0.5}; !slices.Equal(got, want) {
		t.Errorf("free: %v, want %v", got, want)
	}
}

func TestSpeed(t *testing.T) {
	for _, cores := range []int{1, 2, 1000} {
		if v := speed(cores); v <= 0 {
			t.Errorf("speed(%d) = %v", cores, v)
		}
	}
}
