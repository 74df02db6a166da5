import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Orders that wait for the ERP, and the customers they are of. Prices are whole minor units. */
export const orders: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table customers (
        user_id text not null,
        customer_id text not null,
        name text not null,
        fields json not null default '{}',
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        primary key (user_id, customer_id)
      )`.execute(db)
    await sql`
      create table pending_orders (
        id uuid primary key,
        user_id text not null,
        customer_id text not null,
        customer_name text not null,
        currency text not null,
        note text,
        state text not null default 'draft'
          check (state in ('draft', 'submitting', 'submitted', 'failed')),
        erp_number text,
        total bigint not null,
        version integer not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`.execute(db)
    await sql`create index pending_orders_by_change on pending_orders (user_id, updated_at, id)`.execute(db)
    await sql`create index pending_orders_by_age on pending_orders (user_id, created_at, id)`.execute(db)
    await sql`
      create table pending_order_lines (
        order_id uuid not null references pending_orders (id) on delete cascade,
        position integer not null,
        sku text not null,
        description text not null,
        quantity integer not null,
        unit_price bigint not null,
        primary key (order_id, position)
      )`.execute(db)
  },
}
