// What DuckDB and Polars do, in the way their documentation shows. Run by
// rivals.mjs: node candidates.mjs CANDIDATE DIR prints a line of JSON. What is
// measured begins when the library is loaded, and ends when the table stands
// in memory or the file is written.
import { createRequire } from 'node:module'
import { rmSync } from 'node:fs'
import path from 'node:path'

const [name, dir] = process.argv.slice(2)
const require = createRequire(path.resolve(process.env.RIVALS_NODE ?? '.', 'x.js'))
const csv = path.join(dir, 'mixed.csv')
const sales = path.join(dir, 'sales.parquet')
const out = path.join(dir, `out-${name}.parquet`)

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
  return {
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
  return {
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
const before = process.cpuUsage()
const start = performance.now()
const note = await candidates[name]()
const wall = performance.now() - start
const used = process.cpuUsage(before)
console.log(JSON.stringify({ wall, cpu: (used.user + used.system) / 1000, note }))
process.exit(0) // the libraries' threads would hold it
