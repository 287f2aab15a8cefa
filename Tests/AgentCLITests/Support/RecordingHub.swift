import Foundation
import HubCore
import NIOCore
import NIOPosix

/// What the program sent, to the letter.
struct RecordedRequest: Sendable, Equatable {
    var method: String
    /// Path and query.
    var target: String
    /// With lower-case names.
    var headers: [String: String]
    var body: String

    var line: String { "\(method) \(target)" }
    var json: JSONValue? { try? JSONValue(parsing: body) }
}

/// A small HTTP server that writes down what comes and answers as it is told.
final class RecordingHub: Sendable {
    typealias Answer = @Sendable (RecordedRequest) -> (status: Int, body: String)?

    private let channel: any NIOCore.Channel
    private let recorded: Locked<[RecordedRequest]>
    let port: Int

    private init(_ channel: any NIOCore.Channel, _ recorded: Locked<[RecordedRequest]>) {
        (self.channel, self.recorded, port) = (channel, recorded, channel.localAddress?.port ?? 0)
    }

    var requests: [RecordedRequest] { recorded.withLock { $0 } }

    /// - Parameter answer: `nil` closes the connection without a word.
    static func serve<Result>(_ answer: @escaping Answer, _ body: (RecordingHub) async throws -> Result) async throws -> Result {
        let recorded = Locked<[RecordedRequest]>([])
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Exchange(recorded: recorded, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let hub = RecordingHub(channel, recorded)
        do {
            let result = try await body(hub)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

private final class Exchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let recorded: Locked<[RecordedRequest]>
    private let answer: RecordingHub.Answer
    private var received: [UInt8] = []

    init(recorded: Locked<[RecordedRequest]>, answer: @escaping RecordingHub.Answer) { (self.recorded, self.answer) = (recorded, answer) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(buffer: unwrapInboundIn(data))
        guard let request = take() else { return }
        recorded.withLock { $0.append(request) }
        guard let (status, body) = answer(request) else { return context.close(promise: nil) }
        let head =
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head + body))).whenComplete { _ in channel.close(promise: nil) }
    }

    /// The request, once it is there in full.
    private func take() -> RecordedRequest? {
        let text = String(decoding: received, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
        }
        let body = String(text[end.upperBound...])
        guard body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 else { return nil }
        let words = lines[0].split(separator: " ").map(String.init)
        return RecordedRequest(method: words[0], target: words[1], headers: headers, body: body)
    }
}
