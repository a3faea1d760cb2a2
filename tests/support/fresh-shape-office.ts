import { freshDatabase } from './postgres.ts'
import { type OfficeOptions, openShapeOffice, type ShapeOffice } from './shape-office.ts'

/** A shape office on a new database, which goes with it. */
export async function freshShapeOffice(options: OfficeOptions = {}): Promise<ShapeOffice> {
  const database = await freshDatabase()
  const office = await openShapeOffice(database.url, options)
  return {
    ...office,
    async close() {
      await office.close()
      await database.drop()
    },
  }
}
