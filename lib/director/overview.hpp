#pragma once

#include "director/inventory.hpp"
#include "director/operations.hpp"
#include "director/registrations.hpp"
#include "director/supervisor.hpp"
#include "director/wanted_services.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace codec {
class JsonWriter;
}

namespace director {

/// All services as clients are shown them: what runs here, what is on the bus, and what is being
/// done to them. All texts are JSON.
class Overview {
public:
    /// All outlive it.
    Overview(const Registrations& registrations, const Inventory& inventory,
             const Operations& operations, const Supervisor& supervisor,
             const WantedServices& wanted);

    /// Whether a runtime has it.
    [[nodiscard]] bool runs_here(std::string_view service) const;

    /// The first generation's list, one object for each service; of its members "instance" and
    /// those behind it are ours.
    [[nodiscard]] std::string list() const;
    /// {"tsvc":null,"labsvc":"running"}
    [[nodiscard]] std::string ls() const;
    /// The second generation's list of states, and one of them (WIRE.md 1.6).
    [[nodiscard]] std::string states() const;
    [[nodiscard]] std::string state(std::string_view service) const;
    /// What the page shows: everything that changes rarely.
    [[nodiscard]] std::string page(bool redis_up) const;

private:
    [[nodiscard]] std::vector<std::string> names() const;
    void append_item(codec::JsonWriter& out, std::string_view service, bool whole) const;
    void append_registration(codec::JsonWriter& out, const Registration& registration,
                             bool whole) const;
    void append_ours(codec::JsonWriter& out, std::string_view service) const;
    void append_state(codec::JsonWriter& out, std::string_view service) const;

    const Registrations& registrations_;
    const Inventory& inventory_;
    const Operations& operations_;
    const Supervisor& supervisor_;
    const WantedServices& wanted_;
};

} // namespace director
