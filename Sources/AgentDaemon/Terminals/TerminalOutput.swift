import HubCore
import NIOCore

/// What a terminal prints, handed to one reader piece by piece. While the reader does not ask, the terminal is not read, and
/// the program behind it stops when the kernel's buffer is full.
final class TerminalOutput: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var pieces: [ByteBuffer] = []
        var reader: CheckedContinuation<ByteBuffer?, Never>?
        var hasEnded = false
    }

    private let state = Locked(State())

    /// The next piece; `nil` at the end, or when the reader's task is cancelled.
    func next(from channel: any NIOCore.Channel) async -> ByteBuffer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<ByteBuffer?, Never>) in
                let (answer, mustRead): (ByteBuffer??, Bool) = state.withLock { state in
                    if !state.pieces.isEmpty { return (state.pieces.removeFirst(), false) }
                    if state.hasEnded || Task.isCancelled { return (.some(nil), false) }
                    state.reader = continuation
                    return (nil, true)
                }
                if let answer { continuation.resume(returning: answer) }
                if mustRead { channel.read() }
            }
        } onCancel: {
            take { $0.reader }?.resume(returning: nil)
        }
    }

    private func take(
        _ choose: (inout State) -> CheckedContinuation<ByteBuffer?, Never>?
    ) -> CheckedContinuation<ByteBuffer?, Never>? {
        state.withLock { state in
            defer { state.reader = nil }
            return choose(&state)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let piece = unwrapInboundIn(data)
        let reader = state.withLock { state in
            defer { state.reader = nil }
            if state.reader == nil { state.pieces.append(piece) }
            return state.reader
        }
        reader?.resume(returning: piece)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // EIO is how Linux says that nobody holds the other side any more; whatever it is, there will be no more output.
        end()
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    private func end() {
        take {
            $0.hasEnded = true
            return $0.reader
        }?.resume(returning: nil)
    }
}
