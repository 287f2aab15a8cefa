import HubCore
import NIOCore
import NIOPosix

/// A plain socket to the server under test, which sends exactly the bytes it is given.
actor TestConnection {
    struct Closed: Error {}

    private let channel: any NIOCore.Channel
    private let incoming: AsyncStream<ByteBuffer>
    private var buffer: [UInt8] = []

    init(port: Int) async throws {
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
        incoming = stream
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }
    func close() async { try? await channel.close() }

    /// The next whole response.
    ///
    /// - Throws: ``Closed`` if the server ends the connection first.
    func response(toHead: Bool = false) async throws -> TestResponse {
        while true {
            if let (response, length) = TestResponse.parse(buffer, isToHead: toHead) {
                buffer.removeFirst(length)
                return response
            }
            guard let more = await next() else { throw Closed() }
            buffer += more
        }
    }

    /// Waits until the server ends the connection.
    ///
    /// - Returns: what came until then.
    func untilClosed() async -> [UInt8] {
        while let more = await next() { buffer += more }
        return buffer
    }

    private func next() async -> [UInt8]? {
        for await bytes in incoming { return Array(buffer: bytes) }
        return nil
    }
}

private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

struct TestResponse: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    /// The body, or `null` if it is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    var detail: String? { json["detail"]?.string }
    subscript(name: String) -> JSONValue { json[name] ?? .null }

    static func parse(_ bytes: [UInt8], isToHead: Bool) -> (TestResponse, length: Int)? {
        let mark = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmed }
        }
        let start = end + mark.count
        let length = isToHead || status == 100 ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count >= start + length else { return nil }
        return (TestResponse(status: status, headers: headers, body: Array(bytes[start..<start + length])), start + length)
    }
}
