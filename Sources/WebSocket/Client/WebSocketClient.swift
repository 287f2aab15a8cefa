import HubCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// How a client speaks TLS. This target holds no TLS library: whoever has one gives it here.
package struct WebSocketTLS: Sendable {
    /// Adds what speaks TLS with `host` to the end of the channel's pipeline; called on its event loop.
    package let add: @Sendable (_ channel: any NIOCore.Channel, _ host: String) throws -> Void
    /// A sentence on an error of the TLS library; `nil` for other errors.
    package let explain: @Sendable (any Error) -> String?

    package init(
        add: @escaping @Sendable (_ channel: any NIOCore.Channel, _ host: String) throws -> Void,
        explain: @escaping @Sendable (any Error) -> String?
    ) {
        (self.add, self.explain) = (add, explain)
    }
}

/// Opens WebSockets.
package struct WebSocketClient: Sendable {
    package var options: WebSocketOptions
    /// Needed for `wss`.
    package var tls: WebSocketTLS?
    package var connectTimeout: Duration = .seconds(10)
    /// For the proxy's answer, TLS and the server's answer together.
    package var handshakeTimeout: Duration = .seconds(10)

    package init(options: WebSocketOptions = .client, tls: WebSocketTLS? = nil) {
        (self.options, self.tls) = (options, tls)
    }

    /// Connects, runs `body`, and closes with a closing handshake.
    ///
    /// - Throws: ``WebSocketClientError``, `CancellationError`, or what `body` throws.
    package func connect<Value>(
        to endpoint: WebSocketEndpoint, through proxy: WebSocketProxy? = nil, headers: [(name: String, value: String)] = [],
        _ body: (WebSocketConnection) async throws -> Value
    ) async throws -> Value {
        try await open(endpoint, proxy, headers).run(body)
    }

    private func open(
        _ endpoint: WebSocketEndpoint, _ proxy: WebSocketProxy?, _ headers: [(name: String, value: String)]
    ) async throws -> WebSocketConnection {
        if endpoint.isSecure, tls == nil { throw WebSocketClientError.tlsFailed("this client has no TLS") }
        let channel = try await connect(host: proxy?.host ?? endpoint.host, port: proxy?.port ?? endpoint.port)
        let record = Locked(HandshakeWatch.Record())
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(handshakeTimeout)) {
            record.withLock { $0.hasTimedOut = true }
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        do {
            return try await withTaskCancellationHandler {
                if let proxy { try await tunnel(channel, to: endpoint, over: proxy) }
                return try await upgrade(channel, endpoint, headers, record)
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            channel.close(promise: nil)
            try Task.checkCancellation()
            throw explained(error, record.withLock { $0 }, endpoint)
        }
    }

    private func connect(host: String, port: Int) async throws -> any NIOCore.Channel {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(connectTimeout))
                .connect(host: host, port: port).get()
        } catch ChannelError.connectTimeout {
            throw WebSocketClientError.timedOut(connectingTo: host)
        } catch {
            let failures = (error as? NIOConnectionError)?.connectionErrors ?? []
            if failures.contains(where: { if case ChannelError.connectTimeout = $0.error { true } else { false } }) {
                throw WebSocketClientError.timedOut(connectingTo: host)
            }
            let why = failures.first.map { "\($0.error)" } ?? "\((error as? NIOConnectionError)?.dnsAError ?? error)"
            throw WebSocketClientError.cannotConnect(to: "\(host):\(port)", why: why)
        }
    }

    private func tunnel(_ channel: any NIOCore.Channel, to endpoint: WebSocketEndpoint, over proxy: WebSocketProxy) async throws {
        try await channel.eventLoop.flatSubmit {
            let opened = channel.eventLoop.makePromise(of: Void.self)
            do {
                try channel.pipeline.syncOperations.addHandler(ProxyTunnel(to: endpoint, over: proxy, opened))
            } catch {
                opened.fail(error)
            }
            return opened.futureResult
        }.get()
    }

    private func upgrade(
        _ channel: any NIOCore.Channel, _ endpoint: WebSocketEndpoint, _ headers: [(name: String, value: String)],
        _ record: Locked<HandshakeWatch.Record>
    ) async throws -> WebSocketConnection {
        var fields = HTTPHeaders([("Host", endpoint.authority)])
        for (name, value) in headers { fields.add(name: name, value: value) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: endpoint.path, headers: fields)
        return try await channel.eventLoop.flatSubmit { [options, tls] in
            do {
                let pipeline = channel.pipeline.syncOperations
                if endpoint.isSecure { try tls?.add(channel, endpoint.host) }
                var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
                    upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                        upgradeRequestHead: head, upgraders: [ClientUpgrade(options)],
                        notUpgradingCompletionHandler: { channel in
                            channel.eventLoop.makeFailedFuture(ChannelError.inappropriateOperationForState)
                        }))
                // Frames that come right behind the server's answer count.
                configuration.leftOverBytesStrategy = .forwardBytes
                let upgraded = try pipeline.configureUpgradableHTTPClientPipeline(configuration: configuration)
                let upgrader = try pipeline.handler(type: NIOTypedHTTPClientUpgradeHandler<WebSocketConnection>.self)
                try pipeline.addHandler(HandshakeWatch(record), position: .before(upgrader))
                return upgraded
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }.get()
    }

    private func explained(_ error: any Error, _ record: HandshakeWatch.Record, _ endpoint: WebSocketEndpoint) -> WebSocketClientError {
        if record.hasTimedOut { return .timedOut(connectingTo: endpoint.hostWithPort) }
        if let error = error as? WebSocketClientError { return error }
        if let status = record.status, status != 101 { return .refused(status: status) }
        let first = record.error ?? error
        if endpoint.isSecure, let sentence = tls?.explain(first) { return .tlsFailed(sentence) }
        if record.status == 101 { return .handshakeFailed("the server's answer is not one to our request") }
        return .handshakeFailed(record.error.map { "\($0)" } ?? "the server hung up")
    }
}
