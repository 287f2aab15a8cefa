import NIOCore

/// When to ping, and when a peer counts as lost. It lives on one event loop.
///
/// The peer is blamed only for silence that we would have heard: not while reading is paused, and not for a ping that still waits in
/// our own queue, unless that does not move either.
final class Keepalive {
    private let interval: Duration?
    private let pongTimeout: Duration
    private let stallTimeout: Duration
    private var loop: NIOIsolatedEventLoop?
    private var ping: () -> Void = {}
    private var giveUp: () -> Void = {}
    private var timer: Scheduled<Void>?
    private var hasHeard = false
    private var wasPaused = false
    private var isAwaiting = false

    init(_ options: WebSocketOptions) {
        (interval, pongTimeout, stallTimeout) = (options.pingInterval, options.pongTimeout, options.stallTimeout)
    }

    func start(on eventLoop: any EventLoop, _ ping: @escaping () -> Void) {
        (loop, self.ping) = (eventLoop.assumeIsolated(), ping)
        scheduleNext()
    }

    private func scheduleNext() {
        guard let interval else { return }
        isAwaiting = false
        schedule(interval) { [self] in ping() }
    }

    /// A ping is about to be written.
    func pinged(isPaused: Bool, orGiveUp giveUp: @escaping () -> Void) {
        (hasHeard, wasPaused, isAwaiting, self.giveUp) = (false, isPaused, true, giveUp)
        schedule(stallTimeout) { [self] in judge() }
    }

    /// The kernel has the ping.
    func pingLeft() {
        guard isAwaiting else { return }
        schedule(pongTimeout) { [self] in judge() }
    }

    func heard() { hasHeard = true }
    func paused() { wasPaused = true }

    private func judge() {
        if hasHeard || wasPaused { scheduleNext() } else { giveUp() }
    }

    private func schedule(_ time: Duration, _ task: @escaping () -> Void) {
        timer?.cancel()
        timer = loop?.scheduleTask(in: TimeAmount(time), task)
    }

    func stop() {
        timer?.cancel()
        (timer, loop, isAwaiting) = (nil, nil, false)
        (ping, giveUp) = ({}, {})
    }
}
