#include "redis/error.hpp"

#include "base/printable.hpp"

#include <algorithm>
#include <array>

namespace redis {

using base::ErrorKind;

namespace {

struct Class {
    std::string_view code;
    ErrorKind kind;
    Remedy remedy;
    std::string_view hint;
};

// Error codes of Redis 7.0; the first word of an error reply.
constexpr std::array classes{
    Class{"LOADING", ErrorKind::temporary, Remedy::wait, "the server is reading its data set"},
    Class{"BUSY", ErrorKind::temporary, Remedy::wait, "a script blocks the server"},
    Class{"TRYAGAIN", ErrorKind::temporary, Remedy::wait, ""},
    Class{"MASTERDOWN", ErrorKind::temporary, Remedy::wait, "the replica has lost its master"},
    Class{"CLUSTERDOWN", ErrorKind::temporary, Remedy::wait, "a part of the cluster is down"},
    Class{"OOM", ErrorKind::temporary, Remedy::wait,
          "the server has reached maxmemory; raise it or trim streams"},
    Class{"MISCONF", ErrorKind::temporary, Remedy::wait,
          "the server cannot write its data to disk; see its log"},
    Class{"NOREPLICAS", ErrorKind::temporary, Remedy::wait, "too few replicas are connected"},
    Class{"READONLY", ErrorKind::temporary, Remedy::reconnect,
          "this server is a replica; name the master in the URL"},
    Class{"NOAUTH", ErrorKind::no_permission, Remedy::none,
          "put user and password into the URL or use --password-file"},
    Class{"WRONGPASS", ErrorKind::no_permission, Remedy::none, "check user and password"},
    Class{"NOPERM", ErrorKind::no_permission, Remedy::none,
          "the server's ACL does not allow it; see ACL WHOAMI and ACL GETUSER"},
    Class{"MOVED", ErrorKind::unavailable, Remedy::none,
          "this is a node of a Redis Cluster, which is not supported"},
    Class{"ASK", ErrorKind::unavailable, Remedy::none,
          "this is a node of a Redis Cluster, which is not supported"},
    Class{"CROSSSLOT", ErrorKind::unavailable, Remedy::none,
          "this is a node of a Redis Cluster, which is not supported"},
    Class{"WRONGTYPE", ErrorKind::no, Remedy::none,
          "something else is stored under that key; --prefix gives other keys"},
};

std::string_view first_word(std::string_view reply) {
    return reply.substr(0, reply.find(' '));
}

Class classify(std::string_view reply) {
    const auto* found = std::ranges::find(classes, first_word(reply), &Class::code);
    if (found != classes.end())
        return *found;
    if (reply.find("max number of clients") != std::string_view::npos)
        return {"ERR", ErrorKind::unavailable, Remedy::wait, "raise maxclients on the server"};
    if (reply.find("without any password configured") != std::string_view::npos)
        return {"ERR", ErrorKind::no_permission, Remedy::none,
                "this server asks for no password; leave it out"};
    if (reply.find("DB index is out of range") != std::string_view::npos)
        return {"ERR", ErrorKind::usage, Remedy::none, "the server has fewer databases"};
    return {"", ErrorKind::no, Remedy::none, ""};
}

} // namespace

ReplyError::ReplyError(std::string subject, std::string_view reply)
    : Error(classify(reply).kind, std::move(subject), base::printable_start(reply, 300),
            std::string(classify(reply).hint)),
      code_(first_word(reply).substr(0, 40)), remedy_(classify(reply).remedy) {}

bool is_transient(const base::Error& error) noexcept {
    if (const auto* reply = dynamic_cast<const ReplyError*>(&error))
        return reply->remedy() != Remedy::none;
    return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::timeout ||
           error.kind() == ErrorKind::temporary;
}

} // namespace redis
