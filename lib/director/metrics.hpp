#pragma once

#include "director/api.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace director {

/// Counts HTTP answers.
class AnswerCounts {
public:
    void add(int status) noexcept;
    /// Of the class 1xx to 5xx.
    [[nodiscard]] std::uint64_t of_class(std::size_t hundreds) const {
        return counts_.at(hundreds);
    }

private:
    std::array<std::uint64_t, 6> counts_{};
};

/// What /metrics tells.
struct Measures {
    const AnswerCounts& answers;
    const Api::Calls& calls;
    const Registrations& registrations;
    const Inventory& inventory;
    const Operations& operations;
    bool redis_up = false;
    std::size_t connections = 0;
    std::size_t page_readers = 0;
    std::size_t log_readers = 0;
};

/// In the text format of Prometheus, 0.0.4.
std::string metrics_text(const Measures& measures);

} // namespace director
