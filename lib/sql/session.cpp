#include "sql/session.hpp"

#include "base/error.hpp"
#include "sql/sqlite_files.hpp"

// SOCI's configuration takes Boost for granted; without these its templates do not need it.
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include <soci/backend-loader.h>
#include <soci/soci.h>
#include <soci/version.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <initializer_list>
#include <mutex>
#include <thread>

namespace sql {

namespace {

using base::Error;
using base::ErrorKind;

bool says(std::string_view message, std::initializer_list<std::string_view> any) {
    return std::ranges::any_of(
        any, [&](auto text) { return message.find(text) != std::string_view::npos; });
}

/// By the driver's category where it has one; the texts are those of PostgreSQL 15, MariaDB 10.11
/// and SQLite 3.40.
ErrorKind kind_of(const soci::soci_error& error, std::string_view message) {
    if (says(message, {"authentication failed", "Access denied", "does not exist",
                       "Unknown database", "no pg_hba.conf entry", "role \""}))
        return ErrorKind::config;
    if (says(message,
             {"syntax error", "no such table", "no such column", "doesn't exist", "not a database",
              "permission denied", "unable to open database file", "readonly database"}))
        return ErrorKind::config;
    if (error.get_error_category() == soci::soci_error::constraint_violation ||
        says(message, {"constraint failed", "invalid byte sequence", "Incorrect string value"}))
        return ErrorKind::data;
    return ErrorKind::unavailable;
}

/// What to do about it, where that can be known.
std::string hint_for(std::string_view message) {
    if (says(message, {"unable to open database file"}))
        return "its directory must be there, and writable";
    if (says(message, {"readonly database"}))
        return "the file and its directory must be writable";
    return {};
}

/// SOCI puts "class::function: " or a sentence of its own before what the driver says.
void drop_prefix(std::string& text) {
    constexpr std::string_view sentence = "Cannot establish connection to the database. ";
    if (text.starts_with(sentence))
        text.erase(0, sentence.size());
    const auto end = text.find(": ");
    const auto scope = text.find("::");
    if (scope < end && end < text.find(' '))
        text.erase(0, end + 2);
}

/// One line of what the driver says, with the password, should it ever be in there, blanked.
std::string message_of(const soci::soci_error& error, const std::string& password) {
    std::string text = error.get_error_message();
    while (!text.empty() && (text.back() == '\n' || text.back() == '.'))
        text.pop_back();
    for (std::size_t at = 0; (at = text.find_first_of("\n\t", at)) != std::string::npos; ++at)
        text.replace(at, text.find_first_not_of("\n\t", at) - at, " ");
    drop_prefix(text);
    if (!password.empty())
        for (std::size_t at = 0; (at = text.find(password, at)) != std::string::npos; at += 3)
            text.replace(at, password.size(), "***");
    return text;
}

/// Loads the driver by its full name: the short one is only there with the -dev package.
void load_driver(const Dialect& dialect, const DatabaseUrl& url) {
    static std::mutex mutex;
    const std::lock_guard lock{mutex};
    const auto loaded = soci::dynamic_backends::list_all();
    const std::string driver = dialect.driver();
    if (std::ranges::find(loaded, driver) != loaded.end())
        return;
    const std::string file = "libsoci_" + driver + ".so." + std::to_string(SOCI_VERSION / 100000) +
                             "." + std::to_string(SOCI_VERSION / 100 % 1000);
    try {
        soci::dynamic_backends::register_backend(driver, file);
    } catch (const soci::soci_error&) {
        const std::string package = dialect.package();
        throw Error(ErrorKind::config, "database " + url.shown(), "its driver is not installed",
                    package.empty()
                        ? "no Debian package has it: put " + file +
                              ", built from SOCI's sources "
                              "with Oracle's Instant Client, where the dynamic linker finds it"
                        : "install the package " + package);
    }
}

} // namespace

struct Session::Impl {
    std::string shown;
    std::string password;
    soci::session session;
    // Prepared where the driver would have them parsed each time; they go before the session.
    std::unique_ptr<soci::statement> begin;
    std::unique_ptr<soci::statement> commit;

    /// Runs `work` and gives what the driver throws the form of our errors.
    template <class Work> auto guarded(Work work) {
        try {
            return work();
        } catch (const soci::soci_error& error) {
            const std::string message = message_of(error, password);
            throw Error(kind_of(error, message), "database " + shown, message, hint_for(message));
        }
    }
};

Session::Session(const DatabaseUrl& url, bool synchronous_full)
    : dialect_(url.backend), impl_(std::make_unique<Impl>()) {
    impl_->shown = url.shown();
    impl_->password = url.server.password;
    load_driver(dialect_, url);
    if (url.backend == Backend::sqlite && !url.in_memory())
        follow_mode(url.file);
    impl_->guarded(
        [&] { impl_->session.open(dialect_.driver(), dialect_.connection_string(url)); });
    for (const std::string& statement : dialect_.session_setup(synchronous_full))
        set_up(statement);
    prepare_transactions();
}

Session::~Session() = default;

void Session::prepare_transactions() {
    const auto prepared = [&](const std::string& text) -> std::unique_ptr<soci::statement> {
        if (text.empty())
            return nullptr;
        return std::make_unique<soci::statement>((impl_->session.prepare << text));
    };
    impl_->guarded([&] {
        impl_->begin = prepared(dialect_.begin());
        impl_->commit = prepared(dialect_.commit());
    });
}

/// SQLite does not wait where two could wait for each other, and two that turn a new file's WAL on
/// at once could: one of them is refused there and then, whatever its busy_timeout.
void Session::set_up(const std::string& statement) {
    using Clock = std::chrono::steady_clock;
    for (const auto deadline = Clock::now() + std::chrono::seconds{2};;) {
        try {
            execute(statement);
            return;
        } catch (const Error& error) {
            if (!says(error.what(), {"database is locked"}) || Clock::now() > deadline)
                throw;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }
}

void Session::execute(const std::string& statement) {
    impl_->guarded([&] { impl_->session << statement; });
}

std::int64_t Session::integer(const std::string& query) {
    long long value = 0;
    soci::indicator found{};
    impl_->guarded([&] { impl_->session << query, soci::into(value, found); });
    return value;
}

void Session::begin() {
    impl_->guarded([&] {
        if (impl_->begin)
            impl_->begin->execute(true);
        else
            impl_->session.begin();
    });
}

void Session::commit() {
    impl_->guarded([&] {
        if (impl_->commit)
            impl_->commit->execute(true);
        else
            impl_->session.commit();
    });
}

void Session::rollback() noexcept {
    try {
        impl_->session.rollback();
    } catch (const soci::soci_error&) { // NOLINT: the connection is gone, and the transaction too
    }
}

struct Statement::Impl {
    struct Slot {
        Type type;
        long long number = 0;
        std::string text;
        soci::indicator null = soci::i_ok;
    };
    Session::Impl& session;
    soci::statement statement;
    // SOCI keeps their addresses.
    std::deque<Slot> parameters;
    std::deque<Slot> columns;

    explicit Impl(Session& owner) : session(*owner.impl_), statement(session.session) {}
};

Statement::Statement(Session& session, const std::string& text,
                     std::initializer_list<Type> parameters, std::initializer_list<Type> columns)
    : impl_(std::make_unique<Impl>(session)) {
    auto& statement = impl_->statement;
    impl_->session.guarded([&] {
        for (const Type type : columns) {
            auto& slot = impl_->columns.emplace_back(Impl::Slot{.type = type});
            if (type == Type::integer)
                statement.exchange(soci::into(slot.number, slot.null));
            else
                statement.exchange(soci::into(slot.text, slot.null));
        }
        for (const Type type : parameters) {
            auto& slot = impl_->parameters.emplace_back(Impl::Slot{.type = type});
            if (type == Type::integer)
                statement.exchange(soci::use(slot.number));
            else
                statement.exchange(soci::use(slot.text));
        }
        statement.alloc();
        statement.prepare(text);
        statement.define_and_bind();
    });
}

Statement::~Statement() = default;

Statement& Statement::set(std::size_t parameter, std::int64_t value) {
    impl_->parameters.at(parameter).number = value;
    return *this;
}

Statement& Statement::set(std::size_t parameter, std::string_view value) {
    impl_->parameters.at(parameter).text = value;
    return *this;
}

std::int64_t Statement::execute() {
    return impl_->session.guarded([&] {
        impl_->statement.execute(true);
        return static_cast<std::int64_t>(impl_->statement.get_affected_rows());
    });
}

void Statement::query() {
    impl_->session.guarded([&] { impl_->statement.execute(false); });
}

bool Statement::fetch() {
    return impl_->session.guarded([&] { return impl_->statement.fetch(); });
}

std::int64_t Statement::integer(std::size_t column) const {
    const auto& slot = impl_->columns.at(column);
    return slot.null == soci::i_null ? 0 : slot.number;
}

const std::string& Statement::text(std::size_t column) const {
    static const std::string none;
    const auto& slot = impl_->columns.at(column);
    return slot.null == soci::i_null ? none : slot.text;
}

} // namespace sql
