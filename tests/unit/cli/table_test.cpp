#include "cli/table.hpp"

#include <doctest/doctest.h>

#include <array>

namespace {

using Row = std::array<std::string, 3>;

cli::Table sample() {
    static constexpr std::array columns{cli::Column{"TOPIC", cli::Align::left, true},
                                        cli::Column{"COUNT", cli::Align::right},
                                        cli::Column{"RATE", cli::Align::right}};
    cli::Table table{columns};
    table.add_row(Row{"OrderPlaced", "12", "1.5/s"});
    table.add_row(Row{"A\x1b[31m", "3", "2/s"});
    table.add_row(Row{"Größe", "4", "-"});
    return table;
}

} // namespace

TEST_CASE("table: aligns columns without borders and shows control characters") {
    CHECK(sample().text(80) == "TOPIC       COUNT  RATE\n"
                               "OrderPlaced    12 1.5/s\n"
                               "A\\x1b[31m       3   2/s\n"
                               "Größe           4     -\n");
}

TEST_CASE("table: cuts what may shrink to fit the terminal, and never drops a column") {
    const auto narrow = sample().text(18);
    CHECK(narrow.find("RATE") != std::string::npos);
    CHECK(narrow.find("1.5/s") != std::string::npos);
    CHECK(narrow.find("OrderPlaced") == std::string::npos);
    CHECK(narrow.find('\n') <= 18);
    CHECK(narrow.find("\nOrder… ") != std::string::npos);
    CHECK(sample().text(3).find("1.5/s") != std::string::npos);
}

TEST_CASE("table: characters take the room that they have on a terminal") {
    static constexpr std::array columns{cli::Column{"NAME", cli::Align::left, true},
                                        cli::Column{"STATE"}};
    cli::Table table{columns};
    table.add_row(std::array<std::string, 2>{"日本語", "up"});
    table.add_row(std::array<std::string, 2>{"re\u0301sume\u0301", ""});
    CHECK(table.text(80) == "NAME   STATE\n"
                            "日本語 up\n"
                            "re\u0301sume\u0301\n");
    CHECK(table.text(11) == "NAME  STATE\n"
                            "日本… up\n"
                            "re\u0301su…\n");
}

TEST_CASE("table: the widest is cut first, and a cut is seen") {
    static constexpr std::array columns{cli::Column{"STATE", cli::Align::left, true},
                                        cli::Column{"PORTS", cli::Align::left, true},
                                        cli::Column{"IMAGE", cli::Align::left, true}};
    cli::Table table{columns};
    table.add_row(Row{"running", "127.0.0.1:8900", "/home/größe/services/hello/run"});
    CHECK(table.text(40) == "STATE   PORTS          IMAGE\n"
                            "running 127.0.0.1:8900 /home/größe/serv…\n");
    CHECK(table.text(80).find("services/hello/run\n") != std::string::npos);
}

TEST_CASE("table: without rows it is its header") {
    static constexpr std::array columns{cli::Column{"NAME"}, cli::Column{"AGE", cli::Align::right}};
    CHECK(cli::Table{columns}.text(80) == "NAME AGE\n");
}
