// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/broker_address.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

namespace millrace::kafka {

namespace {

struct FreeAddresses
{
    void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};
using AddressList = std::shared_ptr<addrinfo>;

AddressList lookUp(const BrokerAddress& broker)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (getaddrinfo(broker.host.c_str(), broker.port.c_str(), &hints, &list) != 0)
        return nullptr;
    return {list, FreeAddresses{}};
}

/// getaddrinfo knows no time-out: a thread that is late is left behind to end by itself.
AddressList lookUpWithin(const BrokerAddress& broker, std::chrono::milliseconds timeout)
{
    std::packaged_task<AddressList()> task([broker] { return lookUp(broker); });
    auto answer = task.get_future();
    std::thread(std::move(task)).detach();
    return answer.wait_for(timeout) == std::future_status::ready ? answer.get() : nullptr;
}

class Socket
{
public:
    explicit Socket(const addrinfo& address)
        : m_handle(socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                          address.ai_protocol))
    {
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket()
    {
        if (m_handle >= 0)
            close(m_handle);
    }
    [[nodiscard]] int handle() const noexcept { return m_handle; }

private:
    int m_handle;
};

/// 0 or the errno of the attempt.
int connectErrno(const addrinfo& address, std::chrono::milliseconds timeout)
{
    const Socket socket(address);
    if (socket.handle() < 0)
        return errno;
    if (connect(socket.handle(), address.ai_addr, address.ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    pollfd wait{socket.handle(), POLLOUT, 0};
    if (::poll(&wait, 1, static_cast<int>(timeout.count())) == 0)
        return ETIMEDOUT;
    int outcome = 0;
    socklen_t size = sizeof outcome;
    getsockopt(socket.handle(), SOL_SOCKET, SO_ERROR, &outcome, &size);
    return outcome;
}

BrokerAddress parseOne(std::string_view text)
{
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos)
        text.remove_prefix(scheme + 3);
    constexpr std::string_view kafkaPort = "9092";
    std::string_view host = text;
    std::string_view port = kafkaPort;
    const auto bracket = text.rfind(']');
    const auto colon = text.rfind(':');
    const bool hasPort =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (hasPort) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    return {std::string(host), std::string(port)};
}

} // namespace

std::vector<BrokerAddress> parseBrokers(std::string_view brokers)
{
    std::vector<BrokerAddress> parsed;
    while (!brokers.empty()) {
        const auto comma = brokers.find(',');
        std::string_view one = brokers.substr(0, comma);
        brokers.remove_prefix(comma == std::string_view::npos ? brokers.size() : comma + 1);
        while (!one.empty() && one.front() == ' ')
            one.remove_prefix(1);
        while (!one.empty() && one.back() == ' ')
            one.remove_suffix(1);
        if (!one.empty())
            parsed.push_back(parseOne(one));
    }
    return parsed;
}

bool resolves(const BrokerAddress& broker, std::chrono::milliseconds timeout)
{
    return lookUpWithin(broker, timeout) != nullptr;
}

std::string connectTrouble(const BrokerAddress& broker, std::chrono::milliseconds timeout)
{
    const AddressList list = lookUpWithin(broker, timeout);
    int last = ETIMEDOUT;
    for (const addrinfo* address = list.get(); address != nullptr; address = address->ai_next) {
        last = connectErrno(*address, timeout);
        if (last == 0)
            return {};
    }
    return std::strerror(last);
}

} // namespace millrace::kafka
