// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/http_handles.h"

#include <condition_variable>
#include <mutex>
#include <string>

namespace millrace::http {

/// One answer that a worker makes while its connection rests: the library neither reads nor times
/// it then, so the worker itself looks whether the client is still there. Bytes wait in a bounded
/// buffer; a client that reads slowly slows the worker down.
class SlowAnswer
{
public:
    /// `isStopping` is asked by the worker; it outlives this. `endsByClosing`: HTTP/1.0, whose
    /// clients take the end of the connection for that of the answer.
    SlowAnswer(MHD_Connection* connection, Request request, Handler handler,
               std::function<bool()> isStopping, bool endsByClosing = false);

    /// The worker's whole job; `made`: the answer that its handler need not make.
    void work(std::optional<Response> made = {});
    /// Instead of work(): the whole answer.
    void tell(Response response);
    [[nodiscard]] const Request& request() const noexcept { return m_request; }

    /// The rest is for the thread that serves the connection.

    /// Before the worker can know of it.
    void rest();
    [[nodiscard]] bool isReady();
    /// False for HEAD.
    [[nodiscard]] bool wantsBody() const noexcept { return m_request.method != "HEAD"; }
    /// Once isReady(). A stream's bytes come by read().
    [[nodiscard]] const Response& response() const noexcept { return m_response; }
    /// Bytes copied; 0: none yet, the connection rests; MHD_CONTENT_READER_END_….
    [[nodiscard]] long read(char* buffer, std::size_t bytesMax);
    /// The connection is over, whatever came of it.
    void abandon();

private:
    [[nodiscard]] bool isClientThere();
    bool write(std::string_view bytes);
    void present(Response response);
    void finish(bool isWhole);
    void wake();

    enum class Stage : std::uint8_t { Answering, Streaming, Whole, Broken };

    Request m_request;
    Handler m_handler;
    std::function<bool()> m_isStopping;
    bool m_endsByClosing;
    Response m_response; ///< written once, before m_isReady

    std::mutex m_mutex; ///< guards all below
    std::condition_variable m_hasRoom;
    MHD_Connection* m_connection; ///< null once it is over
    int m_socket = -1;
    bool m_isResting = false;
    bool m_isReady = false;
    Stage m_stage = Stage::Answering;
    std::string m_bytes;
    std::size_t m_taken = 0; ///< of m_bytes
};

} // namespace millrace::http
