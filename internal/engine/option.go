package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Mark is the argument of the methods that define to which calls an option can
// be given. Packages outside of this module cannot name it, and so cannot make an option.
type Mark struct{}

// Setting is an option as its constructor made it: a name, how it changes
// the configuration of a call, and an error if its argument is invalid.
type Setting struct {
	name  string
	text  string // as it was written: "Workers(4)"
	err   error
	apply func(*Config)
	list  []Setting // not nil: several settings in one
}

// NewSetting returns the setting of an option. If its argument is invalid err says why,
// in words that follow the text of the option: "want 1 or more".
func NewSetting(name, text string, err error, apply func(*Config)) Setting {
	return Setting{name: name, text: text, err: err, apply: apply}
}

// String returns the option as it was written.
func (s Setting) String() string {
	if s.list == nil {
		return s.text
	}
	texts := make([]string, len(s.list))
	for i, one := range s.list {
		texts[i] = one.String()
	}
	return "Options(" + strings.Join(texts, ", ") + ")"
}

// IntSetting returns the setting of an option that holds a number.
func IntSetting(name string, n, least int, apply func(*Config)) Setting {
	var err error
	if n < least {
		err = fmt.Errorf("want %d or more", least)
	}
	return NewSetting(name, fmt.Sprintf("%s(%d)", name, n), err, apply)
}

// LocalSetting returns the setting of an option of another package, whose
// calls find value in [Config.Local].
func LocalSetting(name string, value any) Setting {
	return NewSetting(name, name, nil, func(c *Config) { c.Local = append(c.Local, value) })
}

// Settings returns several settings as one.
func Settings(all []Setting) Setting { return Setting{list: append([]Setting{}, all...)} }

// The types of options. Each type has a method for every kind of call that takes
// it, so that an option does not compile in a call in which it has no effect:
// ForAny for everything that uses cores, ForItems for a function for each item of
// a slice, ForFolds for a fold, ForStreams for a stream, ForPools for a pool, ForRows for a
// function for each row, value, group or window of a frame, ForParts for a function for
// each partition, ForGota for a function on a Gota frame.
type (
	// Common sets where work runs, and who observes it.
	Common struct{ Setting }
	// PerCall sets how each call of the function is made.
	PerCall struct{ Setting }
	// PerWorker sets what the function finds in its context.
	PerWorker struct{ Setting }
	// Chunked sets how many items a worker claims at once.
	Chunked struct{ Setting }
	// Parted sets into how many parts the input is cut.
	Parted struct{ Setting }
	// Lenient sets how a call goes on after a failure, or ends with some of the results.
	Lenient struct{ Setting }
	// ItemOnly, FoldOnly and so on fit one kind of call.
	ItemOnly   struct{ Setting }
	FoldOnly   struct{ Setting }
	StreamOnly struct{ Setting }
	PoolOnly   struct{ Setting }
	RowOnly    struct{ Setting }
	PartOnly   struct{ Setting }
	// RowOrFold fits row functions and folds.
	RowOrFold struct{ Setting }
)

func (o Common) ForAny(Mark) Setting     { return o.Setting }
func (o Common) ForItems(Mark) Setting   { return o.Setting }
func (o Common) ForFolds(Mark) Setting   { return o.Setting }
func (o Common) ForStreams(Mark) Setting { return o.Setting }
func (o Common) ForPools(Mark) Setting   { return o.Setting }
func (o Common) ForRows(Mark) Setting    { return o.Setting }
func (o Common) ForParts(Mark) Setting   { return o.Setting }
func (o Common) ForGota(Mark) Setting    { return o.Setting }

func (o PerCall) ForItems(Mark) Setting   { return o.Setting }
func (o PerCall) ForStreams(Mark) Setting { return o.Setting }
func (o PerCall) ForRows(Mark) Setting    { return o.Setting }
func (o PerCall) ForParts(Mark) Setting   { return o.Setting }
func (o PerCall) ForGota(Mark) Setting    { return o.Setting }

func (o PerWorker) ForItems(Mark) Setting   { return o.Setting }
func (o PerWorker) ForFolds(Mark) Setting   { return o.Setting }
func (o PerWorker) ForStreams(Mark) Setting { return o.Setting }
func (o PerWorker) ForPools(Mark) Setting   { return o.Setting }
func (o PerWorker) ForRows(Mark) Setting    { return o.Setting }
func (o PerWorker) ForParts(Mark) Setting   { return o.Setting }
func (o PerWorker) ForGota(Mark) Setting    { return o.Setting }

func (o Chunked) ForItems(Mark) Setting { return o.Setting }
func (o Chunked) ForRows(Mark) Setting  { return o.Setting }

func (o Parted) ForItems(Mark) Setting { return o.Setting }
func (o Parted) ForFolds(Mark) Setting { return o.Setting }
func (o Parted) ForRows(Mark) Setting  { return o.Setting }
func (o Parted) ForParts(Mark) Setting { return o.Setting }
func (o Parted) ForGota(Mark) Setting  { return o.Setting }

func (o Lenient) ForItems(Mark) Setting { return o.Setting }
func (o Lenient) ForRows(Mark) Setting  { return o.Setting }
func (o Lenient) ForParts(Mark) Setting { return o.Setting }

func (o ItemOnly) ForItems(Mark) Setting     { return o.Setting }
func (o FoldOnly) ForFolds(Mark) Setting     { return o.Setting }
func (o StreamOnly) ForStreams(Mark) Setting { return o.Setting }
func (o PoolOnly) ForPools(Mark) Setting     { return o.Setting }
func (o RowOnly) ForRows(Mark) Setting       { return o.Setting }
func (o PartOnly) ForParts(Mark) Setting     { return o.Setting }

func (o RowOrFold) ForRows(Mark) Setting  { return o.Setting }
func (o RowOrFold) ForFolds(Mark) Setting { return o.Setting }

// Config is the configuration of a call, as set by its options.
type Config struct {
	Workers    int   // most functions at once; 0: as many as there are processors
	Pool       *Pool // not nil: the call shares its slots
	Serial     bool
	Observer   Observer
	ChunkSize  int // items in a chunk; 0: by their cost
	Partitions int // 0: none
	Seed       uint64
	Seeded     bool
	Retry      *Retry
	Timeout    time.Duration // of each call of the function; 0: none
	Soft       *Soft
	Limit      Limiter
	Collect    int // > 0: go on after failures, and keep this many of them
	Quarantine any // not nil: go on after failures, and store them here
	Partial    *[]bool
	State      *StateMaker
	Commutes   bool // of Fold: merges give the same result in any order
	Unordered  bool // of Stream
	Lookahead  int  // of Stream; 0: follows the measured speed
	Queue      int  // of a pool: tasks that may wait; -1: any number
	MaxTasks   int  // of a pool: tasks after which a worker is replaced; 0: never
	Local      []any

	given []Setting
}

// has returns the last setting of that name.
func (c *Config) has(name string) (Setting, bool) {
	for i := len(c.given) - 1; i >= 0; i-- {
		if c.given[i].name == name {
			return c.given[i], true
		}
	}
	return Setting{}, false
}

// common options are accepted by everything that runs on the engine.
var common = []string{"Workers", "Serial", "On", "Observe"}

// The options that kinds of call accept beside the common options.
var (
	// ItemOptions are accepted where a function is called for each item.
	ItemOptions = []string{"ChunkSize", "Partitions", "Seed", "WorkerState", "CollectAll", "Quarantine", "Partial", "Retry", "Timeout", "SoftDeadline", "Limit"}
	// SearchOptions are accepted by a search, whose result is not one value for each item.
	SearchOptions = []string{"ChunkSize", "Partitions", "Seed", "WorkerState", "Retry", "Timeout", "SoftDeadline", "Limit"}
	// RangeOptions are accepted where a function sees a range of rows.
	RangeOptions = []string{"ChunkSize", "Partitions", "Seed", "WorkerState"}
	// PartOptions are accepted where a function is called for each partition.
	PartOptions = []string{"Partitions", "Seed", "WorkerState", "Retry", "Timeout", "SoftDeadline", "Limit"}
	// FoldOptions are accepted by a fold, whose function changes an accumulator.
	FoldOptions = []string{"Partitions", "Commutative", "Seed", "WorkerState"}
	// StreamOptions are accepted by a stream.
	StreamOptions = []string{"Unordered", "Lookahead", "Seed", "WorkerState", "Retry", "Timeout", "SoftDeadline", "Limit"}
)

// exclusive lists options of which a call takes at most one.
var exclusive = [][]string{
	{"ChunkSize", "Partitions"},
	{"Partitions", "Commutative"},
	{"CollectAll", "Quarantine", "frame.Quarantine", "Partial"},
}

// ConfigurePool checks the options of a pool.
func ConfigurePool(call string, given []Setting) (Config, error) {
	c, err := Configure(call, given, []string{"Queue", "WorkerState", "MaxTasksPerWorker", "Seed"})
	if err != nil {
		return c, err
	}
	for _, name := range []string{"Serial", "On"} {
		if s, ok := c.has(name); ok {
			return c, fmt.Errorf("%s: %w: %s has no effect here", call, ErrOption, s.text)
		}
	}
	return c, nil
}

// Configure checks the options of the named call. If an option is neither
// common nor among accepted, or its argument is invalid, the error is an
// ErrOption that names the call and the option.
func Configure(call string, given []Setting, accepted ...[]string) (Config, error) {
	c := Config{Queue: -1}
	if len(given) == 0 {
		return c, nil
	}
	allowed := append([][]string{common}, accepted...)
	for _, s := range given {
		if err := c.accept(call, s, allowed); err != nil {
			return c, err
		}
	}
	for _, names := range exclusive {
		if err := c.oneOf(call, names); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (c *Config) accept(call string, s Setting, allowed [][]string) error {
	if s.list != nil {
		for _, one := range s.list {
			if err := c.accept(call, one, allowed); err != nil {
				return err
			}
		}
		return nil
	}
	switch {
	case s.name == "":
		return fmt.Errorf("%s: %w: nil Option", call, ErrOption)
	case !slices.ContainsFunc(allowed, func(names []string) bool { return slices.Contains(names, s.name) }):
		return fmt.Errorf("%s: %w: %s has no effect here; accepted: %s", call, ErrOption, s.text, strings.Join(slices.Concat(allowed...), ", "))
	case s.err != nil:
		return fmt.Errorf("%s: %w: %s: %w", call, ErrOption, s.text, s.err)
	}
	s.apply(c)
	c.given = append(c.given, s)
	return nil
}

// oneOf returns an error if more than one of the named options was given.
func (c *Config) oneOf(call string, names []string) error {
	var texts []string
	for _, name := range names {
		if s, ok := c.has(name); ok {
			texts = append(texts, s.text)
		}
	}
	if len(texts) < 2 {
		return nil
	}
	return fmt.Errorf("%s: %w: %s exclude each other", call, ErrOption, strings.Join(texts, " and "))
}

// Collect returns the settings of options that satisfy one of the option interfaces, whose
// method is of.
func Collect[O any](opts []O, of func(O, Mark) Setting) []Setting {
	if len(opts) == 0 {
		return nil
	}
	all := make([]Setting, len(opts))
	for i, o := range opts {
		if any(o) != nil {
			all[i] = of(o, Mark{})
		}
	}
	return all
}
