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
local group, id = ARGV[1], ARGV[3]
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if #redis.call('XPENDING', KEYS[1], group, id, id, 1, ARGV[2]) == 0 then return 0 end
local extra = tonumber(ARGV[4])
local at, key = 5 + extra, 4
if extra > 0 then
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  local fields = entry and entry[2] or {'body', ''}
  for i = 5, 4 + extra do fields[#fields + 1] = ARGV[i] end
  redis.call('XADD', KEYS[2], '*', unpack(fields))
end
while at <= #ARGV do
  local result_topic, count = ARGV[at], tonumber(ARGV[at + 1])
  local fresh = result_topic ~= '' and redis.call('EXISTS', KEYS[key]) == 0
  redis.call('XADD', KEYS[key], '*', unpack(ARGV, at + 2, at + 1 + count))
  if fresh then
    local dies = redis.call('ZSCORE', KEYS[3], result_topic)
    if dies and dies ~= '0' then
      redis.call('PEXPIREAT', KEYS[key], dies)
    elseif not dies then
      redis.call('PEXPIRE', KEYS[key], 3600000)
    end
  end
  at = at + 2 + count
  key = key + 1
end
redis.call('XACK', KEYS[1], group, id)
return 1
)lua";

const std::string_view publish_script = R"lua(
if redis.call('SET', KEYS[1], 1, 'NX', 'EX', 3600) then
  redis.call('XADD', KEYS[2], '*', unpack(ARGV))
end
return 1
)lua";

const std::string_view claim_script = R"lua(
local key, group, me, least_idle = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[4])
local room, taken, trimmed = tonumber(ARGV[5]), {}, {}
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', key, group)) do
  local c = {}
  for i = 1, #flat, 2 do c[flat[i]] = flat[i + 1] end
  if c['name'] ~= me and redis.call('EXISTS', ARGV[3] .. c['name']) == 0 then
    if c['pending'] == 0 then
      if c['idle'] > 10 * least_idle then
        redis.call('XGROUP', 'DELCONSUMER', key, group, c['name'])
      end
    elseif room > 0 then
      local held = redis.call('XPENDING', key, group, 'IDLE', least_idle, '-', '+', room, c['name'])
      for _, p in ipairs(held) do
        local entry = redis.call('XCLAIM', key, group, me, 0, p[1])[1]
        if entry then
          taken[#taken + 1] = {entry[1], entry[2], p[4] + 1}
          room = room - 1
        elseif #redis.call('XRANGE', key, p[1], p[1]) == 0 then
          trimmed[#trimmed + 1] = p[1]
        end
      end
    end
  end
end
return {taken, trimmed}
)lua";

const std::string_view recover_script = R"lua(
local key, group, me = KEYS[1], ARGV[1], ARGV[2]
local known, taken, trimmed = {}, {}, {}
for i = 3, #ARGV do known[ARGV[i]] = true end
for _, p in ipairs(redis.call('XPENDING', key, group, '-', '+', 10000, me)) do
  if not known[p[1]] then
    local entry = redis.call('XCLAIM', key, group, me, 0, p[1], 'RETRYCOUNT', p[4])[1]
    if entry then
      taken[#taken + 1] = {entry[1], entry[2], p[4]}
    else
      trimmed[#trimmed + 1] = p[1]
    end
  end
end
return {taken, trimmed}
)lua";

const std::string_view release_script = R"lua(
for i = 3, #ARGV, 2 do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #held == 1 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], 'released', 0, ARGV[i],
               'IDLE', 86400000, 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
  end
end
return 1
)lua";

const std::string_view forget_script = R"lua(
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
)lua";

} // namespace bus::over_redis
