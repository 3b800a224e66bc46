#include "http/target.hpp"

#include "base/percent.hpp"

namespace http {

void add_parameter(std::string& target, std::string_view name, std::string_view value) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += name;
    target += '=';
    target += base::percent_encoded(value);
}

} // namespace http
