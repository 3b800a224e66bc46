#include "codec/cbor_to_json.hpp"
#include "codec/cbor_writer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

TEST_CASE("cbor writer: what it writes is read back") {
    std::string out;
    codec::CborWriter cbor(out);
    cbor.map(3);
    cbor.text("a");
    cbor.array(7);
    cbor.integer(std::numeric_limits<std::int64_t>::min());
    cbor.integer(-1);
    cbor.integer(7);
    cbor.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
    cbor.real(0.5);
    cbor.boolean(false);
    cbor.null();
    cbor.text("b");
    cbor.bytes("\x01\x02");
    cbor.text("c");
    cbor.tag(22);
    cbor.bytes("\x01");
    CHECK(codec::cbor_to_json(out) ==
          R"({"a":[-9223372036854775808,-1,7,18446744073709551615,0.5,false,null],)"
          R"("b":"AQI","c":"AQ=="})");
}

TEST_CASE("cbor writer: a head is as short as can be") {
    for (const auto& [argument, size] :
         {std::pair{0ull, 1u}, std::pair{23ull, 1u}, std::pair{24ull, 2u}, std::pair{255ull, 2u},
          std::pair{256ull, 3u}, std::pair{65'535ull, 3u}, std::pair{65'536ull, 5u},
          std::pair{4'294'967'295ull, 5u}, std::pair{4'294'967'296ull, 9u}}) {
        std::string out;
        codec::CborWriter(out).tag(argument);
        CHECK(out.size() == size);
    }
}
