#include "bus/over_redis/script_set.hpp"

#include "bus/over_redis/scripts.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

namespace bus::over_redis {

void ScriptSet::load(redis::Connection& connection) {
    for (const std::string_view script :
         {subscribe_script, retention_script, settle_script, claim_script, recover_script,
          release_script, forget_script})
        connection.send({"SCRIPT", "LOAD", script}, [this, script](redis::Reply&& reply) {
            if (reply.is_error())
                throw redis::ReplyError("load a script", reply.text);
            hashes_[script] = std::move(reply.text);
        });
}

void ScriptSet::append_call(std::string& request, std::string_view script,
                            std::size_t arguments) const {
    const auto at = hashes_.find(script);
    redis::append_header(request, 2 + arguments);
    redis::append_argument(request, at == hashes_.end() ? "EVAL" : "EVALSHA");
    redis::append_argument(request, at == hashes_.end() ? script : std::string_view{at->second});
}

} // namespace bus::over_redis
