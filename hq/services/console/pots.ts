/** What lies in the pot of each open grant of the business `$1`: what was set aside and is neither used nor given back. */
export const POTS = `SELECT d.store, l.customer, l.program, held.points FROM hq.lease l
  JOIN hq.device d ON d.tenant_id = l.tenant_id AND d.id = split_part(l.holder, '/', 1)
  JOIN hq.account a ON a.tenant_id = l.tenant_id AND a.customer = l.customer AND a.program = l.program
  CROSS JOIN LATERAL (SELECT coalesce(sum((slice ->> 'points')::bigint), 0)::bigint AS points
    FROM jsonb_array_elements(a.state -> 'pots') AS pot, jsonb_array_elements(pot -> 'slices') AS slice
    WHERE pot ->> 'grant' = l.id) AS held
  WHERE l.tenant_id = $1 AND l.closed_by IS NULL`
