import CCurl
import Foundation

import class HubCore.Locked

/// HTTP through libcurl: one thread drives all requests, so a thousand long polls cost a thousand sockets and no thread of their own.
///
/// Callers leave commands in a locked inbox and wake the thread with `curl_multi_wakeup`, the one call that libcurl allows from elsewhere;
/// every handle belongs to the thread. Connections, names and TLS sessions are kept and used again. Ends by ``shutdown()`` only: the thread
/// keeps the loop alive until then.
package final class CurlMultiLoop: HTTPTransport {
    private enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case stop(CheckedContinuation<Void, Never>)
    }

    private struct Inbox {
        var commands: [Command] = []
        var hasEnded = false
    }

    /// Unchecked: threads other than the loop's use the pointer for `curl_multi_wakeup` alone, under the inbox's lock and before `hasEnded`.
    private struct Handles: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer
        let share: UnsafeMutableRawPointer
    }

    /// libcurl could not be set up: out of memory or descriptors.
    package struct Unavailable: Error {}

    private let inbox = Locked(Inbox())
    private let handles: Handles
    private let settings: CurlSettings
    /// `curl_global_init` is not safe beside itself; a static is made once.
    private static let isInitialized: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    package init(_ settings: CurlSettings = CurlSettings()) throws(Unavailable) {
        guard Self.isInitialized, let multi = curl_multi_init() else { throw Unavailable() }
        guard let share = curl_share_init() else {
            curl_multi_cleanup(multi)
            throw Unavailable()
        }
        _ = ccurl_share_tls_sessions(share)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.maximumConnections)
        handles = Handles(multi: multi, share: share)
        self.settings = settings
        let thread = Thread { [self] in run() }
        thread.name = "curl-multi"
        thread.start()
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let transfer = CurlTransfer(request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                transfer.continuation = continuation
                if !post(.start(transfer)) { transfer.finish(.failure(CancellationError())) }
            }
        } onCancel: {
            _ = post(.cancel(transfer))
        }
    }

    /// Ends every request with `CancellationError`, closes the connections and ends the thread. Returns when nothing is left; repeating it is harmless.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            if !post(.stop(continuation)) { continuation.resume() }
        }
    }

    /// - Returns: `false` after the end.
    private func post(_ command: Command) -> Bool {
        inbox.withLock { inbox in
            guard !inbox.hasEnded else { return false }
            // Whoever left the first command has woken the thread.
            let isFirst = inbox.commands.isEmpty
            inbox.commands.append(command)
            if isFirst { curl_multi_wakeup(handles.multi) }
            return true
        }
    }

    private func run() {
        var driver = Driver(multi: handles.multi, share: handles.share, settings: settings)
        var waiting: [CheckedContinuation<Void, Never>] = []
        while waiting.isEmpty {
            for command in takeCommands() {
                switch command {
                case .start(let transfer): driver.start(transfer)
                case .cancel(let transfer): driver.cancel(transfer)
                case .stop(let continuation): waiting.append(continuation)
                }
            }
            driver.advance()
            if waiting.isEmpty { driver.wait() }
        }
        driver.end()
        let late = inbox.withLock { inbox in
            inbox.hasEnded = true
            curl_multi_cleanup(handles.multi)
            curl_share_cleanup(handles.share)
            defer { inbox.commands = [] }
            return inbox.commands
        }
        for command in late {
            switch command {
            case .start(let transfer): transfer.finish(.failure(CancellationError()))
            case .cancel: break
            case .stop(let continuation): waiting.append(continuation)
            }
        }
        for continuation in waiting { continuation.resume() }
    }

    private func takeCommands() -> [Command] {
        inbox.withLock { inbox in
            defer { inbox.commands = [] }
            return inbox.commands
        }
    }
}

/// What the thread of a loop does and owns.
private struct Driver {
    /// Handles kept for the next requests.
    private static let spareHandles = 64

    let multi: UnsafeMutableRawPointer
    let share: UnsafeMutableRawPointer
    let settings: CurlSettings
    private var active: [ObjectIdentifier: CurlTransfer] = [:]
    private var spare: [CurlEasy] = []

    init(multi: UnsafeMutableRawPointer, share: UnsafeMutableRawPointer, settings: CurlSettings) {
        (self.multi, self.share, self.settings) = (multi, share, settings)
    }

    mutating func start(_ transfer: CurlTransfer) {
        guard !transfer.isCancelled else { return transfer.finish(.failure(CancellationError())) }
        guard let easy = spare.popLast() ?? CurlEasy() else {
            return transfer.finish(.failure(HTTPTransportError(.notSent, .other, detail: "no handle")))
        }
        guard transfer.prepare(easy, settings, share) else {
            keep(easy)
            return transfer.finish(.failure(HTTPTransportError(.notSent, .unsupportedURL)))
        }
        guard curl_multi_add_handle(multi, easy.handle) == CURLM_OK else {
            return transfer.finish(.failure(HTTPTransportError(.notSent, .other, detail: "not added")))
        }
        active[ObjectIdentifier(transfer)] = transfer
    }

    mutating func cancel(_ transfer: CurlTransfer) {
        transfer.isCancelled = true
        if active[ObjectIdentifier(transfer)] != nil { retire(transfer, .failure(CancellationError())) }
    }

    /// Moves every request on and ends those that are done.
    mutating func advance() {
        var (running, left): (Int32, Int32) = (0, 0)
        curl_multi_perform(multi, &running)
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let code = ccurl_message_result(message)
            var context: UnsafeMutableRawPointer?
            _ = ccurl_easy_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context)
            guard let context else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            retire(transfer, transfer.outcome(code))
        }
    }

    /// Sleeps until a socket, a timer of libcurl's or a command has something to do.
    func wait() {
        guard curl_multi_poll(multi, nil, 0, 60_000, nil) != CURLM_OK else { return }
        // Out of memory, most likely: that must not become a busy loop.
        Thread.sleep(forTimeInterval: 0.05)
    }

    mutating func end() {
        for transfer in Array(active.values) { retire(transfer, .failure(CancellationError())) }
        spare = []
    }

    private mutating func retire(_ transfer: CurlTransfer, _ result: Result<HTTPResponse, any Error>) {
        active[ObjectIdentifier(transfer)] = nil
        if let easy = transfer.easy {
            curl_multi_remove_handle(multi, easy.handle)
            keep(easy)
        }
        transfer.finish(result)
    }

    private mutating func keep(_ easy: CurlEasy) {
        easy.reset()
        if spare.count < Self.spareHandles { spare.append(easy) }
    }
}
