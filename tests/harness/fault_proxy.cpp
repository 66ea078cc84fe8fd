// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/fault_proxy.h"

#include "tests/harness/commit_watch.h"
#include "tests/harness/loopback.h"
#include "tests/harness/pg_message_scanner.h"

#include <sys/socket.h>
#include <unistd.h>

namespace millrace::harness {
namespace {

constexpr std::size_t chunkBytes = 65536;

/// The next shutdown or close sends RST instead of FIN.
void closeWithReset(int socket)
{
    const linger now{1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(socket);
}

} // namespace

/// One client connection and its way on, with a thread for each direction.
struct FaultProxy::Link
{
    Link(int clientSocket, int serverSocket)
        : client(clientSocket)
        , server(serverSocket)
    {
    }

    /// Wakes both pumps, which then end.
    void cut()
    {
        reset = true;
        shutdown(client, SHUT_RD);
        shutdown(server, SHUT_RD);
    }
    /// The one who ends last closes. A server that is sent FIN still does what it was asked before.
    void close()
    {
        reset ? closeWithReset(client) : void(::close(client));
        ::close(server);
    }

    int client;
    int server;
    std::atomic<bool> reset = false;
    std::atomic<bool> silent = false;
    std::atomic<Cut> commitCut = Cut::None; ///< what awaits the answer to COMMIT
    std::atomic<int> ended = 0;
    CommitWatch watch;
    PgMessageScanner fromClient{PgMessageScanner::Side::Client};
    PgMessageScanner fromServer{PgMessageScanner::Side::Server};
    std::thread clientPump;
    std::thread serverPump;
};

FaultProxy::FaultProxy()
    : m_port(freePort())
    , m_listener(listenOn(address(), m_port))
{
    m_acceptor = std::thread([this] { acceptLoop(); });
}

FaultProxy::~FaultProxy()
{
    shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    close(m_listener);
    cutAll();
    for (const auto& link : m_links) {
        link->clientPump.join();
        link->serverPump.join();
    }
}

std::string FaultProxy::address() const
{
    return ownAddress();
}

std::string FaultProxy::endpoint() const
{
    return address() + ":" + std::to_string(m_port);
}

void FaultProxy::forwardTo(const std::string& address, int port)
{
    const std::lock_guard lock(m_guard);
    m_upstreamAddress = address;
    m_upstreamPort = port;
}

void FaultProxy::armCut(Cut cut, int nth)
{
    const std::lock_guard lock(m_guard);
    m_armed = cut;
    m_armedLeft = nth;
}

void FaultProxy::setMode(ProxyMode mode)
{
    m_mode = mode;
    if (mode == ProxyMode::Refuse)
        cutAll();
}

void FaultProxy::cutAll()
{
    const std::lock_guard lock(m_guard);
    for (const auto& link : m_links) {
        if (link->ended < 2)
            link->cut();
    }
}

bool FaultProxy::strikes(Cut event)
{
    const std::lock_guard lock(m_guard);
    if (m_armed != event || --m_armedLeft > 0)
        return false;
    m_armed = Cut::None;
    ++m_cuts;
    return true;
}

Cut FaultProxy::strikeCommit()
{
    for (const Cut cut : {Cut::CommitSwallowed, Cut::CommitForwarded, Cut::CommitExecuted,
                          Cut::CommitReplyHalf, Cut::CommitReplyLost}) {
        if (strikes(cut))
            return cut;
    }
    return Cut::None;
}

void FaultProxy::finish(Link& link)
{
    const std::lock_guard lock(m_guard);
    if (++link.ended == 2)
        link.close();
}

bool FaultProxy::swallows(Link& link)
{
    // a stream that has lost bytes is never taken up again
    if (m_mode == ProxyMode::HalfOpen)
        link.silent = true;
    if (link.silent)
        ++m_swallowed;
    return link.silent;
}

void FaultProxy::waitDelay()
{
    if (const auto delay = m_delay.load(); delay.count() > 0)
        std::this_thread::sleep_for(delay);
}

void FaultProxy::pumpClient(Link& link)
{
    char chunk[chunkBytes];
    for (ssize_t got = 0; (got = recv(link.client, chunk, sizeof chunk, 0)) > 0;) {
        waitDelay();
        if (swallows(link))
            continue;
        auto keep = static_cast<std::size_t>(got);
        bool cut = false;
        link.fromClient.feed({chunk, keep}, [&](const PgMessage& message) {
            if (asksEncryption(message))
                link.fromServer.expectBareByte();
            Cut event = strikes(Cut::ClientMessage) ? Cut::ClientMessage : Cut::None;
            if (event == Cut::None && link.watch.sees(message))
                event = strikeCommit();
            cut = event == Cut::ClientMessage || event == Cut::CommitForwarded ||
                  event == Cut::CommitSwallowed;
            if (cut)
                keep = event == Cut::CommitSwallowed ? 0 : message.end;
            else if (event != Cut::None)
                link.commitCut = event;
            return !cut;
        });
        if (cut)
            link.silent = true; // an answer to what is still forwarded never comes through
        if (!sendAll(link.server, chunk, keep))
            break;
        if (cut)
            link.cut();
    }
    if (!link.silent)
        shutdown(link.server, SHUT_WR);
    finish(link);
}

void FaultProxy::pumpServer(Link& link)
{
    char chunk[chunkBytes];
    for (ssize_t got = 0; (got = recv(link.server, chunk, sizeof chunk, 0)) > 0;) {
        waitDelay();
        if (swallows(link))
            continue;
        auto keep = static_cast<std::size_t>(got);
        std::size_t begin = 0;
        bool cut = false;
        link.fromServer.feed({chunk, keep}, [&](const PgMessage& message) {
            cut = strikes(Cut::ServerMessage);
            if (cut)
                keep = message.end;
            const bool isAnswer = message.type == 'C' && link.commitCut != Cut::None;
            if (isAnswer && message.head.starts_with("COMMIT")) {
                keep = link.commitCut == Cut::CommitReplyHalf ? (begin + message.end) / 2 : begin;
                link.silent = link.commitCut == Cut::CommitReplyLost;
                cut = !link.silent;
            }
            begin = message.end;
            return !cut && !link.silent;
        });
        if (!sendAll(link.client, chunk, keep))
            break;
        if (cut)
            link.cut();
    }
    if (!link.silent)
        shutdown(link.client, SHUT_WR);
    finish(link);
}

void FaultProxy::removeEnded()
{
    const std::lock_guard lock(m_guard);
    std::erase_if(m_links, [](const std::unique_ptr<Link>& link) {
        if (link->ended < 2)
            return false;
        link->clientPump.join();
        link->serverPump.join();
        return true;
    });
}

void FaultProxy::acceptLoop()
{
    for (int client = 0; (client = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
        removeEnded();
        const std::lock_guard lock(m_guard);
        const int server = m_mode == ProxyMode::Refuse || m_upstreamPort == 0
                               ? -1
                               : connectTo(m_upstreamAddress, m_upstreamPort);
        if (server < 0) {
            closeWithReset(client);
            continue;
        }
        sendAtOnce(client);
        m_links.push_back(std::make_unique<Link>(client, server));
        Link& link = *m_links.back();
        link.clientPump = std::thread([this, &link] { pumpClient(link); });
        link.serverPump = std::thread([this, &link] { pumpServer(link); });
    }
}

} // namespace millrace::harness
