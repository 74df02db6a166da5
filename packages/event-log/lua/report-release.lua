--[[
Ends a reader's turn, so that another one need not wait for its end.

KEYS[1] reader

ARGV[1] reader

Output: 1 if it was its turn, else 0
Events: none
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
