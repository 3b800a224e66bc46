// The main of test programs that need a Docker Engine: without one they are skipped.
#define DOCTEST_CONFIG_IMPLEMENT
#include "support/docker_engine.hpp"

#include <doctest/doctest.h>

#include <cstdio>

int main(int argc, char** argv) {
    constexpr int skipped = 77; // Meson's word for it
    if (const std::string why = support::DockerEngine::obstacle(); !why.empty()) {
        std::printf("skipped: %s\n", why.c_str());
        return skipped;
    }
    return doctest::Context{argc, argv}.run();
}
