-- Head office's accounts that owe points: few among a million, asked for whenever a manager looks at the day.
CREATE INDEX replica_account_owes ON replica_account (customer) WHERE json_array_length(state, '$.debts') > 0;
