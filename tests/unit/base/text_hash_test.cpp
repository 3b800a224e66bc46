#include "base/text_hash.hpp"

#include <doctest/doctest.h>

// The vectors are those of draft-eastlake-fnv, appendix C.
TEST_CASE("text hash: FNV-1a of 64 bits") {
    CHECK(base::text_hash("") == "cbf29ce484222325");
    CHECK(base::text_hash("a") == "af63dc4c8601ec8c");
    CHECK(base::text_hash("foobar") == "85944171f73967e8");
}
