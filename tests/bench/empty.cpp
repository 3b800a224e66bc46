// The smallest program that pays for the C++ library: the measure of start-up time.
#include <iostream>

int main() {
    std::cout << "0.0.0\n";
}
