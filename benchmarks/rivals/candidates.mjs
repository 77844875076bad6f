// What DuckDB and Polars do, in the way their documentation shows. Run by
// rivals.mjs: node candidates.mjs CANDIDATE DIR prints a line of JSON. What is
// measured begins when the library is loaded, or the table stands in memory
// where the task is one in memory ({load, run, figures}), and ends when the
// result stands in memory or the file is written.
import { createRequire } from 'node:module'
import { rmSync } from 'node:fs'
import path from 'node:path'

const [name, dir] = process.argv.slice(2)
const require = createRequire(path.resolve(process.env.RIVALS_NODE ?? '.', 'x.js'))
const csv = path.join(dir, 'mixed.csv')
const sales = path.join(dir, 'sales.parquet')
const groups = path.join(dir, 'groups.parquet')
const floats = path.join(dir, 'floats.parquet')
const out = path.join(dir, `out-${name}.parquet`)

// What all candidates must agree in: as groupFigures and rollFigures in groups.go.
function groupFigures(rows) {
  const sums = rows[0].slice(1).map((_, j) => rows.reduce((s, r) => s + r[j + 1] * Number(r[0].slice(2)), 0))
  return [rows.length, ...sums]
}

const types = {
  id: 'BIGINT', units: 'BIGINT', price: 'DOUBLE', ratio: 'DOUBLE', day: 'DATE',
  paid: 'BOOLEAN', city: 'VARCHAR', code: 'VARCHAR', name: 'VARCHAR', note: 'VARCHAR',
}

async function duckdb() {
  const lib = require('@duckdb/node-api')
  const db = await lib.DuckDBInstance.create(':memory:', { threads: process.env.RIVALS_THREADS ?? '2' })
  const c = await db.connect()
  const version = 'DuckDB ' + lib.version()
  const sql = (q) => c.run(q)
  let result
  const grouped = (what) => ({
    load: () => sql(`create table t as select * from '${groups}'`),
    run: async () => { result = await sql(`select k, ${what} from t group by k`); return `${result.rowCount} rows ${version}` },
    figures: async () => groupFigures(await result.getRows()),
  })
  return {
    'groups-duckdb': grouped('avg(x), stddev_samp(x), quantile_cont(x, 0.9)'),
    'user-duckdb': grouped('ln(sum(exp(x)))'),
    'csv-duckdb': async () => {
      await sql(`create table t as select * from read_csv('${csv}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = ${JSON.stringify(types).replaceAll('"', "'")})`)
      const rows = (await c.runAndReadAll('select count(*) from t')).getRows()
      return `${rows[0][0]} rows ${version}`
    },
    'parquet-duckdb': async () => {
      await sql(`copy (select id, units * price as amount, price / 1.19 as net, city,
        case when price < 100 then 'low' when price < 1000 then 'middle' else 'high' end as band
        from '${sales}') to '${out}' (format parquet, compression snappy)`)
      return `${path.basename(out)} ${version}`
    },
    // Not measured: whether the files of all say the same.
    'check': async () => {
      const lines = []
      for (const f of process.env.RIVALS_FILES.split(',')) {
        const r = await c.runAndReadAll(`select count(*), sum(o.id), count(amount), round(sum(amount)), round(sum(net)), count(distinct city), sum(length(band)),
          bool_and(i.id = o.id) from (select row_number() over () as r, * from '${f}') o join (select row_number() over () as r, id from '${sales}') i using (r)`)
        lines.push(`${path.basename(f)}: ${r.getRows()[0].join(' ')}`)
      }
      return lines.join('\n')
    },
  }
}

async function polars() {
  const pl = require('nodejs-polars')
  const version = 'Polars for Node ' + require('nodejs-polars/package.json').version
  const dtypes = Object.fromEntries(Object.entries(types).map(([k, t]) => [k, { BIGINT: pl.Int64, DOUBLE: pl.Float64, DATE: pl.Date, BOOLEAN: pl.Bool, VARCHAR: pl.Utf8 }[t]]))
  let table, result
  const grouped = (...what) => ({
    load: () => { table = pl.readParquet(groups, { rechunk: true }) },
    run: () => { result = table.groupBy('k').agg(...what); return `${result.height} rows ${version}` },
    figures: () => groupFigures(result.rows()),
  })
  const x = pl.col('x')
  return {
    'groups-polars': grouped(x.mean().alias('mean'), x.std().alias('std'), x.quantile(0.9, 'linear').alias('q')),
    'user-polars': grouped(x.exp().sum().log().alias('lse')),
    'rolling-polars': {
      load: () => { table = pl.readParquet(floats, { rechunk: true }) },
      run: () => { result = table.select(x.rollingMean(100)); return `${result.height} rows ${version}` },
      figures: () => {
        const v = result.getColumn('x').dropNulls()
        return [v.length, v.sum(), v.mul(v).sum()]
      },
    },
    'csv-polars': async () => `${pl.readCSV(csv, { schema: dtypes, hasHeader: true }).height} rows ${version}`,
    'parquet-polars': async () => {
      const price = pl.col('price')
      await pl.scanParquet(sales).select(
        pl.col('id'), pl.col('units').cast(pl.Float64).mul(price).alias('amount'), price.div(pl.lit(1.19)).alias('net'), pl.col('city'),
        pl.when(price.lt(100)).then(pl.lit('low')).when(price.lt(1000)).then(pl.lit('middle')).otherwise(pl.lit('high')).alias('band'),
      ).sinkParquet(out, { compression: 'snappy' }).collect()
      return `${path.basename(out)} ${version}`
    },
  }
}

const candidates = await (name.includes('polars') ? polars() : duckdb())
rmSync(out, { force: true })
const c = candidates[name].run ? candidates[name] : { run: candidates[name] }
await c.load?.()
const before = process.cpuUsage()
const start = performance.now()
const note = await c.run()
const wall = performance.now() - start
const used = process.cpuUsage(before)
console.log(JSON.stringify({ wall, cpu: (used.user + used.system) / 1000, note, figures: await c.figures?.() }))
process.exit(0) // the libraries' threads would hold it
