import Foundation
import NIOCore

/// The client's connection, as far as an answer depends on it.
struct Connection: Sendable {
    let channel: any Channel

    var isClosed: Bool { !channel.isActive }

    func whenClosed(_ perform: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in perform() }
    }

    /// Ends the connection with RST instead of FIN, so that the client sees it break.
    func reset() async {
        if let socket = channel as? any SocketOptionProvider {
            // A socket that cannot be told still gets closed.
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        await close()
    }

    /// Closing twice is no error here.
    func close() async { try? await channel.close() }
}

/// Closes the connection once the client has ended its side: nobody is left who would read an answer.
final class HalfClosureHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
