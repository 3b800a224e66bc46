#include "base/error.hpp"
#include "sql/database_url.hpp"
#include "sql/dialect.hpp"

#include <doctest/doctest.h>

using sql::Backend;
using sql::DatabaseUrl;

TEST_CASE("database url: SQLite files are relative with three slashes, absolute with four") {
    CHECK(DatabaseUrl::parse("sqlite:///servreg.db").file == "servreg.db");
    CHECK(DatabaseUrl::parse("sqlite:////var/lib/servreg.db").file == "/var/lib/servreg.db");
    CHECK(DatabaseUrl::parse("sqlite+pysqlite:///a%20b.db").file == "a%20b.db");
}

TEST_CASE("database url: four spellings of a database in memory") {
    for (const auto* text :
         {"sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://:memory:"}) {
        CAPTURE(text);
        CHECK(DatabaseUrl::parse(text).in_memory());
    }
}

TEST_CASE("database url: the driver is ignored, and every backend has its names") {
    const auto backend = [](std::string_view text) { return DatabaseUrl::parse(text).backend; };
    CHECK(backend("postgresql+psycopg2://h/d") == Backend::postgresql);
    CHECK(backend("postgresql+pg8000://h/d") == Backend::postgresql);
    CHECK(backend("postgres://h/d") == Backend::postgresql);
    CHECK(backend("mysql+mysqldb://h/d") == Backend::mysql);
    CHECK(backend("mysql+pymysql://h/d") == Backend::mysql);
    CHECK(backend("mariadb://h/d") == Backend::mysql);
    CHECK(backend("oracle+cx_oracle://u:p@h:1521/d") == Backend::oracle);
    CHECK(backend("odbc://source") == Backend::odbc);
    CHECK(backend("SQLite:///x.db") == Backend::sqlite);
}

TEST_CASE("database url: what is no URL of a database is refused without its password") {
    for (const auto* text :
         {"servreg.db", "redis://u:canary@h/d", "sqlite://relative.db", "postgresql://u:canary@h",
          "mysql://u:canary@h/", "sqlite:///a?b", "", "://x", "postgresql://u:canary@h:99999/d"}) {
        CAPTURE(text);
        try {
            DatabaseUrl::parse(text);
            FAIL("taken");
        } catch (const base::Error& error) {
            CHECK(error.kind() == base::ErrorKind::usage);
            CHECK(std::string{error.what()}.find("canary") == std::string::npos);
        }
    }
}

TEST_CASE("database url: what is shown has no password") {
    const auto shown =
        DatabaseUrl::parse("postgresql+psycopg2://me:canary@db.example:5433/reg?password=canary")
            .shown();
    CHECK(shown == "postgresql://***@db.example:5433/reg?password=***");
    CHECK(DatabaseUrl::parse("sqlite://").shown() == "sqlite:///:memory:");
}

TEST_CASE("dialect: quotes and backslashes in a password stay inside of it") {
    const auto url = DatabaseUrl::parse("postgresql://me:it%27s%5c@/reg?host=/run/pg");
    const auto text = sql::Dialect{url.backend}.connection_string(url);
    CHECK(text.find("password='it\\'s\\\\'") != std::string::npos);
    CHECK(text.find("dbname='reg'") != std::string::npos);
    CHECK(text.find("host='/run/pg'") != std::string::npos);
}
