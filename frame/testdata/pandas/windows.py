"""Results of pandas for windows: writes windows.input.csv, windows.expected.csv.

Values are multiples of 1/8 below 1000, so that sums are exact in any order.
"""
import numpy as np
import pandas as pd

n = 120
rng = np.random.default_rng(20240229)
x = np.round(rng.normal(0, 100, n) * 8) / 8
x[rng.random(n) < 0.2] = np.nan
x[50:62] = np.nan
steps = rng.choice([1, 1, 2, 9], n)
again = np.where(rng.random(n) < 0.3, 0, steps)  # times that come more than once
f = pd.DataFrame({
    "k": rng.integers(0, 5, n),
    "x": x,
    "t": np.cumsum(steps),
    "u": np.cumsum(again),
})
f.to_csv("windows.input.csv", index=False)

out = {}


def add(name, windows):
    for how in ["sum", "mean", "min", "max", "std", "count"]:
        got = getattr(windows, how)()
        if isinstance(got.index, pd.MultiIndex):  # of groups: back to the rows of the frame
            got = got.droplevel(0)
        out[f"{name} {how}"] = got.sort_index().to_numpy()


groups = f.groupby("k")["x"]
for size, least in [(3, 3), (7, 2), (200, 4), (4, 0)]:
    add(f"rolling {size} {least}", f["x"].rolling(size, min_periods=least))
    add(f"groups rolling {size} {least}", groups.rolling(size, min_periods=least))
for closed in ["right", "left", "both", "neither"]:
    add(f"rolling 6 2 {closed}", f["x"].rolling(6, min_periods=2, closed=closed))
    add(f"rolling 6 2 {closed} center", f["x"].rolling(6, min_periods=2, closed=closed, center=True))
    add(f"groups rolling 6 2 {closed}", groups.rolling(6, min_periods=2, closed=closed))
    add(f"groups rolling 6 2 {closed} center", groups.rolling(6, min_periods=2, closed=closed, center=True))
for least in [1, 3]:
    add(f"expanding {least}", f["x"].expanding(least))
    add(f"groups expanding {least}", groups.expanding(least))


def by_time(col, span, least, closed, center):
    timed = f.assign(at=pd.to_datetime(f[col], unit="s"))
    label = f"{col} {span} {least} {closed}" + (" center" if center else "")
    at = dict(min_periods=least, closed=closed, center=center)
    x = timed.set_index("at")["x"].rolling(f"{span}s", **at)
    for how in ["sum", "mean", "min", "max", "std", "count"]:
        out[f"time {label} {how}"] = getattr(x, how)().to_numpy()
        parts = []
        for _, rows in timed.groupby("k"):
            got = getattr(rows.set_index("at")["x"].rolling(f"{span}s", **at), how)()
            parts.append(pd.Series(got.to_numpy(), index=rows.index))
        out[f"groups time {label} {how}"] = pd.concat(parts).sort_index().to_numpy()


for span in [6, 41]:
    for closed in ["right", "left", "both", "neither"]:
        by_time("t", span, 1, closed, False)
        by_time("t", span, 2, closed, True)
    by_time("u", span, 1, "right", False)
    by_time("u", span, 2, "both", False)

table = pd.DataFrame(out)
table.to_csv("windows.expected.csv", index=False, na_rep="")
print(table.shape)
