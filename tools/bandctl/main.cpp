#include "cli/run_main.hpp"
#include "tools/bandctl/commands.hpp"

int main(int argc, char** argv) {
    return cli::run_main(argc, argv, bandctl::command_set);
}
