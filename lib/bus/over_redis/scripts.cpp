#include "bus/over_redis/scripts.hpp"

namespace bus::over_redis {

// How far the slowest group is behind decides what may go. The number of entries from its oldest
// unacknowledged one to the end is known only when nothing is pending (its lag) or when what is
// pending is recent, so that the span is short enough to be counted; otherwise only the age bound
// is applied.
const std::string_view retention_script = R"lua(
local key, keep, oldest = KEYS[1], tonumber(ARGV[1]), ARGV[2] .. '-0'
local function less(a, b)
  local am, as = string.match(a, '(%d+)-(%d+)')
  local bm, bs = string.match(b, '(%d+)-(%d+)')
  am, bm = tonumber(am), tonumber(bm)
  return am < bm or (am == bm and tonumber(as) < tonumber(bs))
end
if redis.call('EXISTS', key) == 0 then return 0 end
local groups = redis.call('XINFO', 'GROUPS', key)
if #groups == 0 then return redis.call('XTRIM', key, 'MAXLEN', '~', keep) end
local cut, behind = oldest, 0
for _, flat in ipairs(groups) do
  local g = {}
  for i = 1, #flat, 2 do g[flat[i]] = flat[i + 1] end
  local lag = g['lag']
  local first = g['last-delivered-id']
  local span = 0
  if g['pending'] > 0 then
    first = redis.call('XPENDING', key, g['name'])[2]
    local between = redis.call('XRANGE', key, first, g['last-delivered-id'], 'COUNT', 256)
    span = #between
    if span == 256 then lag = nil end
  end
  if less(first, cut) then cut = first end
  if lag and behind then behind = math.max(behind, lag + span) else behind = nil end
end
local removed = redis.call('XTRIM', key, 'MINID', '~', cut)
if behind then
  removed = removed + redis.call('XTRIM', key, 'MAXLEN', '~', math.max(keep, behind))
end
return removed
)lua";

const std::string_view settle_script = R"lua(
local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])
if #held == 0 then return 0 end
local at, key = 4, 3
while at <= #ARGV do
  local result_topic, count = ARGV[at], tonumber(ARGV[at + 1])
  redis.call('XADD', KEYS[key], '*', unpack(ARGV, at + 2, at + 1 + count))
  if result_topic ~= '' then
    local dies = redis.call('ZSCORE', KEYS[2], result_topic)
    if dies and dies ~= '0' then redis.call('PEXPIREAT', KEYS[key], dies) end
  end
  at = at + 2 + count
  key = key + 1
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return 1
)lua";

const std::string_view release_script = R"lua(
for i = 4, #ARGV, 2 do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #held == 1 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[i],
               'IDLE', 86400000, 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
  end
end
return 1
)lua";

const std::string_view forget_script = R"lua(
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local held = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if #held > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
)lua";

} // namespace bus::over_redis
