#include "sql/database_url.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace sql {

namespace {

constexpr std::array<std::pair<std::string_view, Backend>, 7> backends{{
    {"sqlite", Backend::sqlite},
    {"postgresql", Backend::postgresql},
    {"postgres", Backend::postgresql},
    {"mysql", Backend::mysql},
    {"mariadb", Backend::mysql},
    {"oracle", Backend::oracle},
    {"odbc", Backend::odbc},
}};

[[noreturn]] void fail(std::string_view text, std::string why, std::string hint) {
    throw base::Error(base::ErrorKind::usage, "database URL \"" + base::redact_url(text) + "\"",
                      std::move(why), std::move(hint));
}

/// The scheme without its "+driver", in small letters.
std::string backend_name(std::string_view scheme) {
    std::string name{scheme.substr(0, scheme.find('+'))};
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
}

/// What stands behind "sqlite://". Not percent-encoded, as SQLAlchemy has it.
std::string sqlite_file(std::string_view text, std::string_view rest) {
    if (rest.empty() || rest == "/" || rest == ":memory:" || rest == "/:memory:")
        return {};
    if (rest.front() != '/')
        fail(text, "no third slash",
             "sqlite:///relative.db and sqlite:////absolute.db are the forms");
    if (rest.find_first_of("?\"") != std::string_view::npos)
        fail(text, "a file name with a ? or a \"", "there are no parameters for SQLite");
    return std::string{rest.substr(1)};
}

} // namespace

DatabaseUrl DatabaseUrl::parse(std::string_view text) {
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos)
        fail(text, "no scheme", "it looks like sqlite:///servreg.db or postgresql://host/database");
    const std::string name = backend_name(text.substr(0, scheme_end));
    const auto* known =
        std::ranges::find(backends, name, [](const auto& row) { return row.first; });
    if (known == backends.end())
        fail(text, "no such kind of database",
             "sqlite, postgresql, mysql, mariadb, oracle and odbc are known");
    DatabaseUrl url;
    url.backend = known->second;
    if (url.backend == Backend::sqlite) {
        url.file = sqlite_file(text, text.substr(scheme_end + 3));
        return url;
    }
    url.server = base::Url::parse(text);
    url.server.scheme = name;
    if (url.backend != Backend::odbc && url.server.path.size() < 2)
        fail(text, "names no database", "it stands behind the host: " + name + "://host/database");
    return url;
}

std::string DatabaseUrl::shown() const {
    if (backend != Backend::sqlite)
        return server.redacted();
    return "sqlite:///" + (file.empty() ? ":memory:" : file);
}

} // namespace sql
