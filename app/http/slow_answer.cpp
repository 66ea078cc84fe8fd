// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/slow_answer.h"

#include "app/http/gzip.h"
#include "app/http/routes.h"

#include <microhttpd.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstring>
#include <exception>

namespace millrace::http {

namespace {

constexpr std::size_t waitingBytesMax = 256 * 1'024;
constexpr std::chrono::milliseconds lookInterval{100};

/// The peer is told of an error, and of no end.
void reset(int socket)
{
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    ::connect(socket, &nobody, sizeof nobody);
}

} // namespace

SlowAnswer::SlowAnswer(MHD_Connection* connection, Request request, Handler handler,
                       std::function<bool()> isStopping, bool endsByClosing)
    : m_request(std::move(request))
    , m_handler(std::move(handler))
    , m_isStopping(std::move(isStopping))
    , m_endsByClosing(endsByClosing)
    , m_connection(connection)
    , m_socket(socketOf(connection))
{
    m_request.isWanted = [this] { return isClientThere(); };
}

void SlowAnswer::work(std::optional<Response> made)
{
    try {
        Response response = made ? std::move(*made) : m_handler(m_request);
        zip(response, m_request);
        present(std::move(response));
        if (m_response.stream && wantsBody())
            finish(m_response.stream([this](std::string_view bytes) { return write(bytes); }));
        else
            finish(true);
    } catch (const std::exception&) { // memory is short
        present(errorResponse(503, "busy", "there is no memory for this answer; try again later"));
        finish(false);
    }
}

void SlowAnswer::tell(Response response)
{
    present(std::move(response));
    finish(true);
}

void SlowAnswer::rest()
{
    const std::lock_guard lock(m_mutex);
    m_isResting = true;
    MHD_suspend_connection(m_connection);
}

bool SlowAnswer::isReady()
{
    const std::lock_guard lock(m_mutex);
    return m_isReady;
}

long SlowAnswer::read(char* buffer, std::size_t bytesMax)
{
    const std::lock_guard lock(m_mutex);
    const std::size_t count = std::min(bytesMax, m_bytes.size() - m_taken);
    if (count > 0) {
        std::memcpy(buffer, m_bytes.data() + m_taken, count);
        m_taken += count;
        if (m_taken == m_bytes.size()) {
            m_bytes.clear();
            m_taken = 0;
            m_hasRoom.notify_one();
        }
        return static_cast<long>(count);
    }
    if (m_stage == Stage::Whole)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (m_stage == Stage::Broken) {
        if (m_endsByClosing)
            reset(m_socket);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    m_isResting = true;
    MHD_suspend_connection(m_connection);
    return 0;
}

void SlowAnswer::abandon()
{
    const std::lock_guard lock(m_mutex);
    m_connection = nullptr;
    m_hasRoom.notify_one();
}

bool SlowAnswer::isClientThere()
{
    if (m_isStopping())
        return false;
    const std::lock_guard lock(m_mutex);
    if (m_connection == nullptr)
        return false;
    pollfd look{m_socket, POLLRDHUP, 0};
    return ::poll(&look, 1, 0) <= 0 || (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0;
}

bool SlowAnswer::write(std::string_view bytes)
{
    for (;;) {
        {
            std::unique_lock lock(m_mutex);
            m_hasRoom.wait_for(lock, lookInterval, [this] {
                return m_bytes.size() - m_taken < waitingBytesMax || m_connection == nullptr;
            });
            if (m_connection == nullptr)
                return false;
            if (m_bytes.size() - m_taken < waitingBytesMax) {
                m_bytes.append(bytes);
                wake();
                return true;
            }
        }
        if (!isClientThere())
            return false;
    }
}

/// Only the first one counts: what has been sent cannot be taken back.
void SlowAnswer::present(Response response)
{
    const std::lock_guard lock(m_mutex);
    if (m_isReady)
        return;
    m_response = std::move(response);
    complete(m_response, m_request);
    m_isReady = true;
    m_stage = Stage::Streaming;
    wake();
}

void SlowAnswer::finish(bool isWhole)
{
    const std::lock_guard lock(m_mutex);
    m_stage = isWhole ? Stage::Whole : Stage::Broken;
    wake();
}

void SlowAnswer::wake()
{
    if (m_isResting && m_connection != nullptr)
        MHD_resume_connection(m_connection);
    m_isResting = false;
}

} // namespace millrace::http
