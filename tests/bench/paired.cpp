// Times two commands in turn, A B A B …, and prints both medians, the median of the ratios pair by
// pair, and the goal: on a busy machine only what runs in the same minute can be compared.
//
// paired [--before COMMAND] [--rounds N] [--count N] [--memory MIB] NAME GOAL -- OURS… ::: PEER…
//   GOAL     "<=0.3" compares times, ">=0.95" compares speeds
//   --before a shell command that is run, untimed, before each of the two
//   --count  what one run handles, to print a rate
//   --memory the most that ours may take; prints its peak
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

extern char** environ;

namespace {

struct Plan {
    std::string name;
    std::string goal;
    std::string before;
    int rounds = 7;
    double count = 0;
    long memory_mib = 0;
    std::vector<char*> ours;
    std::vector<char*> peer;
};

struct Run {
    double seconds = 0;
    long peak_kib = 0;
};

[[noreturn]] void fail(const std::string& text) {
    std::fprintf(stderr, "paired: %s\n", text.c_str());
    std::exit(2);
}

Plan parse(int argc, char** argv) {
    Plan plan;
    int at = 1;
    for (; at + 1 < argc && std::strncmp(argv[at], "--", 2) == 0 && argv[at][2] != '\0'; at += 2) {
        const std::string_view option = argv[at];
        if (option == "--before")
            plan.before = argv[at + 1];
        else if (option == "--rounds")
            plan.rounds = std::atoi(argv[at + 1]);
        else if (option == "--count")
            plan.count = std::atof(argv[at + 1]);
        else if (option == "--memory")
            plan.memory_mib = std::atol(argv[at + 1]);
        else
            fail("unknown option " + std::string(option));
    }
    if (at + 3 >= argc || std::strcmp(argv[at + 2], "--") != 0)
        fail("usage: paired [OPTION VALUE]... NAME GOAL -- OURS... ::: PEER...");
    plan.name = argv[at];
    plan.goal = argv[at + 1];
    std::vector<char*>* into = &plan.ours;
    for (at += 3; at < argc; ++at) {
        if (std::strcmp(argv[at], ":::") == 0)
            into = &plan.peer;
        else
            into->push_back(argv[at]);
    }
    plan.ours.push_back(nullptr);
    plan.peer.push_back(nullptr);
    return plan;
}

Run run(std::vector<char*>& command) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const auto start = std::chrono::steady_clock::now();
    if (posix_spawnp(&child, command[0], &files, nullptr, command.data(), environ) != 0)
        fail(std::string("cannot run ") + command[0]);
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    posix_spawn_file_actions_destroy(&files);
    if (status != 0)
        fail(std::string(command[0]) + " failed with wait status " + std::to_string(status));
    return {took.count(), usage.ru_maxrss};
}

void prepare(const Plan& plan) {
    if (!plan.before.empty() && std::system(plan.before.c_str()) != 0)
        fail("failed: " + plan.before);
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string figure(const Plan& plan, double seconds) {
    char text[64];
    if (plan.count > 0)
        std::snprintf(text, sizeof text, "%.0f k/s", plan.count / seconds / 1000);
    else
        std::snprintf(text, sizeof text, "%.2f ms", seconds * 1000);
    return text;
}

} // namespace

int main(int argc, char** argv) {
    Plan plan = parse(argc, argv);
    const bool by_time = plan.goal.starts_with("<=");
    std::vector<double> ours;
    std::vector<double> peer;
    std::vector<double> ratios;
    long peak_kib = 0;
    for (int round = -1; round < plan.rounds; ++round) {
        prepare(plan);
        const Run a = run(plan.ours);
        prepare(plan);
        const Run b = run(plan.peer);
        if (round < 0)
            continue; // warms caches up
        ours.push_back(a.seconds);
        peer.push_back(b.seconds);
        ratios.push_back(by_time ? a.seconds / b.seconds : b.seconds / a.seconds);
        peak_kib = std::max(peak_kib, a.peak_kib);
    }
    const double ratio = median(ratios);
    const double goal = std::atof(plan.goal.c_str() + 2);
    const bool met = by_time ? ratio <= goal : ratio >= goal;
    std::printf("%-44s %12s %12s   %5.2fx [%.2f..%.2f]  goal %s  %s\n", plan.name.c_str(),
                figure(plan, median(ours)).c_str(), figure(plan, median(peer)).c_str(), ratio,
                *std::ranges::min_element(ratios), *std::ranges::max_element(ratios),
                plan.goal.c_str(), met ? "met" : "MISSED");
    if (plan.memory_mib > 0)
        std::printf("%-44s %9.1f MiB %12s %25s  goal <=%ld MiB  %s\n", "  its peak memory",
                    static_cast<double>(peak_kib) / 1024, "", "", plan.memory_mib,
                    peak_kib <= plan.memory_mib * 1024 ? "met" : "MISSED");
    return 0;
}
