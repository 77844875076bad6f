// Measures parframe beside DuckDB and Polars: README.md says how to install
// them, which is nowhere near the repository.
//
//	node rivals.mjs DIR [ROUNDS] [PREFIX]
//
// DIR holds the input files (rivals make DIR) and gets the output. The
// candidates run in turns, each run in a process of its own, every round in
// another order. RIVALS_GO is parframe's binary, RIVALS_NODE the folder with
// node_modules. A candidate that cannot run is left out, and named.
import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'

const [dir, rounds = '7', prefix = ''] = process.argv.slice(2)
const ours = process.env.RIVALS_GO ?? './rivals'
const here = import.meta.dirname
const groups = {
  'csv': ['csv-parframe', 'csv-parframe-1', 'csv-parframe-inferred', 'csv-duckdb', 'csv-polars'],
  'parquet': ['parquet-parframe', 'parquet-duckdb', 'parquet-polars'],
  'groups': ['groups-parframe', 'groups-duckdb', 'groups-polars'],
  'user': ['user-parframe', 'user-duckdb', 'user-polars'],
  'rolling': ['rolling-parframe', 'rolling-polars'],
}
const slow = ['parquet-pqarrow', 'parquet-pqarrow-64k'] // in the first three rounds only

function run(name) {
  const theirs = name.includes('duckdb') || name.includes('polars') || name === 'check'
  const [cmd, args] = theirs ? [process.execPath, [path.join(here, 'candidates.mjs'), name, dir]] : [ours, ['run', name, dir]]
  const p = spawnSync(cmd, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (p.status !== 0) throw new Error(`${name}: ${p.error ?? p.stderr.trim().split('\n').slice(0, 3).join(' ')}`)
  return JSON.parse(p.stdout.trim().split('\n').at(-1))
}

const median = (v) => { const s = v.toSorted((a, b) => a - b), m = s.length >> 1; return s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2 }
const ms = (x) => x.toFixed(x < 100 ? 1 : 0).padStart(8)
const near = (a, b) => a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(b[i])))

console.log(`${cpus()[0].model}, ${cpus().length} cores, ${rounds} rounds, load ${loadavg().map((x) => x.toFixed(1)).join(' ')} at the start`)
for (const [group, all] of Object.entries(groups)) {
  if (!group.startsWith(prefix)) continue
  const seen = new Map(), failed = new Set()
  for (let round = 0; round < Number(rounds); round++) {
    const order = [...all, ...(round < 3 ? slow.filter((n) => n.startsWith(group)) : [])]
    for (let i = 0; i < order.length; i++) {
      const name = order[(i + round) % order.length]
      if (failed.has(name)) continue
      try {
        const r = run(name)
        if (!seen.has(name)) seen.set(name, [])
        seen.get(name).push(r)
      } catch (e) {
        failed.add(name)
        console.log(`left out: ${e.message}`)
      }
    }
  }
  console.log(`\n${group.padEnd(24)} wall min   median  cpu min   median   runs`)
  for (const [name, r] of seen) {
    const wall = r.map((x) => x.wall), cpu = r.map((x) => x.cpu)
    console.log(name.padEnd(24), ms(Math.min(...wall)), ms(median(wall)), ms(Math.min(...cpu)), ms(median(cpu)), String(r.length).padStart(6), ' ', r[0].note)
  }
  const figures = [...seen].flatMap(([name, r]) => r.filter((x) => x.figures).map((x) => [name, x.figures]))
  if (figures.length) {
    const wrong = new Set(figures.filter(([, v]) => !near(v, figures[0][1])).map(([name]) => name))
    console.log(wrong.size ? `NOT THE SAME: ${[...wrong].join(', ')}, beside ${figures[0][0]}` : `the same result in all runs: ${figures[0][1].map((v) => v.toPrecision(12)).join(' ')}`)
  }
  if (group === 'parquet') {
    process.env.RIVALS_FILES = [...seen.keys()].map((n) => path.join(dir, `out-${n}.parquet`)).join(',')
    try { console.log('\nrows, sum of id, amounts, their sum, sum of net, cities, letters of band, same order:\n' + run('check').note) } catch (e) { console.log(`not checked: ${e.message}`) }
  }
}
console.log(`\nload ${loadavg().map((x) => x.toFixed(1)).join(' ')} at the end`)
