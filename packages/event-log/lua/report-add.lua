--[[
Adds a report to the stream that the servers read. What they have handled they delete, so the length of the stream is what waits;
beyond the limit it takes no more, and nothing that waits is ever trimmed.

KEYS[1] reports   stream

ARGV[1] most reports that may wait   ARGV[2…] fields and values

Output: the entry's id, or 'full'
Events: none
]]
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 'full' end
return redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
