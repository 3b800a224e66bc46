#include "base/error.hpp"
#include "cli/blame.hpp"
#include "cli/redact.hpp"
#include "cli/run_main.hpp"
#include "registry/import.hpp"
#include "tools/http_options.hpp"
#include "tools/servreg/daemon.hpp"

#include <algorithm>
#include <array>

namespace {

constexpr std::array own_options{
    cli::Option{.name = "host",
                .kind = cli::Kind::text,
                .value = "ADDRESS",
                .help = "Listen on ADDRESS; 0.0.0.0 is for all machines",
                .fallback = "127.0.0.1"},
    cli::Option{.name = "port",
                .kind = cli::Kind::integer,
                .value = "PORT",
                .help = "Listen on PORT; 0 takes a free one",
                .fallback = "8000"},
    cli::Option{.name = "unix-socket",
                .kind = cli::Kind::file,
                .help = "Also listen on a Unix socket, for its owner, root and group, without a "
                        "token"},
    cli::Option{.name = "dburl",
                .kind = cli::Kind::text,
                .value = "URL",
                .help = "The database: sqlite:///FILE, postgresql://…, mysql://…",
                .fallback = "sqlite:///servreg.db"},
    cli::Option{.name = "accesslog",
                .kind = cli::Kind::file,
                .help = "Write the access log to FILE; - is standard output, nothing is none",
                .fallback = "access.log"},
};

constexpr std::array registry_options{
    cli::Option{.name = "ttl",
                .kind = cli::Kind::duration,
                .help = "For how long after its last ping a service is located",
                .fallback = "60s"},
    cli::Option{.name = "keep",
                .kind = cli::Kind::duration,
                .help = "Forget what has not pinged for TIME",
                .fallback = "7d"},
    cli::Option{.name = "refresh",
                .kind = cli::Kind::duration,
                .help = "How often to look for what other registries on the database have stored",
                .fallback = "250ms"},
    cli::Option{.name = "wait-for-db",
                .kind = cli::Kind::duration,
                .help = "How long to wait for the database at the start",
                .fallback = "30s"},
    cli::Option{.name = "sync-full",
                .help = "SQLite: wait for the disk at every commit, for the loss of power",
                .variable = "BAND_SYNC_FULL"},
    cli::Option{.name = "import",
                .kind = cli::Kind::text,
                .value = "URL",
                .help = "Copy all services of another database into that of --dburl, and end"},
    cli::Option{.name = "allow-url",
                .kind = cli::Kind::list,
                .value = "PATTERN",
                .help = "Register only URLs that match: * any text, ? one character"},
    cli::Option{.name = "claim",
                .help = "A place that is alive keeps its name; a ping with another is refused",
                .variable = "BAND_CLAIM"},
    cli::Option{.name = "ping-rate",
                .kind = cli::Kind::integer,
                .value = "N",
                .help = "Changes a second of one address, unless it is this machine's; 0: no limit",
                .fallback = "1000"},
};

constexpr cli::OptionGroup groups[] = {
    {"Server", own_options},
    {"Registry", registry_options},
    tools::access_options,
    tools::http_limit_options,
};

constexpr cli::Example examples[] = {
    {"For this machine, in ./servreg.db", "servreg"},
    {"For all machines, with a token",
     "servreg --host 0.0.0.0 --port 5000 --token-file /etc/servreg/tokens"},
    {"In PostgreSQL, several of them if you like", "BAND_DBURL=postgresql://reg@db/reg servreg"},
    {"Move from SQLite to PostgreSQL, while neither is served",
     "BAND_DBURL=postgresql://reg@db/reg servreg --import sqlite:///servreg.db"},
    {"Logging to standard output, behind a Unix socket too",
     "servreg --accesslog - --unix-socket /run/servreg.sock"},
};

sql::DatabaseUrl database_of(const cli::Invocation& in) {
    return cli::blaming(in.origin("dburl"),
                        [&in] { return sql::DatabaseUrl::parse(*in.text("dburl")); });
}

servreg::Settings settings_of(cli::Invocation& in) {
    servreg::Settings settings;
    settings.registry.database = database_of(in);
    settings.registry.ttl = *in.duration("ttl");
    settings.registry.keep = *in.duration("keep");
    settings.registry.refresh = // the database is not asked without a pause
        std::max(*in.duration("refresh"), std::chrono::milliseconds{10});
    settings.registry.start_patience = *in.duration("wait-for-db");
    settings.registry.synchronous_full = in.flag("sync-full");
    settings.methods.allowed_urls = in.list("allow-url");
    settings.methods.claim = in.flag("claim");
    settings.changes_a_second = static_cast<std::size_t>(*in.integer("ping-rate"));
    settings.address = tools::address_of(in);
    settings.access = tools::access_rules_of(in, settings.address);
    settings.limits = tools::http_limits_of(in);
    settings.unix_socket = in.text("unix-socket").value_or("");
    settings.access_log = in.text("accesslog").value_or("");
    if (!settings.registry.database.server.password.empty())
        cli::guard_memory();
    return settings;
}

/// Says how many on standard output.
void import_from(cli::Invocation& in, const std::string& from) {
    cli::guard_memory();
    const auto source = sql::DatabaseUrl::parse(from);
    const auto target = database_of(in);
    const std::size_t count = registry::import_all(source, target);
    in.out().line("copied " + std::to_string(count) + " services from " + source.shown() + " to " +
                  target.shown());
}

void run(cli::Invocation& in) {
    if (const auto from = in.text("import"))
        return import_from(in, *from);
    servreg::Settings settings = settings_of(in);
    const std::string exposure = http::check_exposure(settings.address, settings.access.tokens,
                                                      in.flag("insecure"), http::OpenPolicy::warn);
    if (!exposure.empty())
        in.notice().warn(exposure);
    const std::string database = settings.registry.database.shown();
    settings.methods.tell = [&in](const std::string& line) { in.notice().warn(line); };
    settings.registry.tell = settings.methods.tell;
    servreg::Daemon daemon{std::move(settings)};
    in.notice().say("listening on http://" + daemon.address().text() + ", database " + database);
    daemon.run();
}

constexpr cli::Command command{
    .name = "servreg",
    .summary = "The registry of services",
    .description =
        "Services tell it where they are; others ask. JSON-RPC over HTTP: POST /rpc, and POST /api "
        "as older clients speak it. A live page is at /, figures at /metrics, and /healthz says "
        "whether the database is there. SIGHUP opens the access log again, SIGTERM and SIGINT "
        "stop it after what it has accepted is answered.",
    .examples = examples,
    .options = groups,
    .run = run,
};

} // namespace

int main(int argc, char** argv) {
    return cli::run_main(argc, argv, command);
}
