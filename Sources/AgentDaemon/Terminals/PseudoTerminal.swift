import CPty
import Dispatch
import Foundation
import HubCore
import NIOCore
import NIOPosix

/// A program on a terminal of its own: leader of a new session, whose descendants end with it.
///
/// The owner reads ``nextOutput()`` until it is `nil`, and calls ``finish(grace:)`` in any case; until then descriptors, the
/// leader's zombie and stray descendants stay.
package final class PseudoTerminal: Sendable {
    package struct Launch: Sendable {
        /// The first is looked up in the environment's `PATH` unless it holds a slash.
        package var arguments: [String]
        package var environment: [String: String]
        package var directory: String
        package var size: WindowSize

        package init(arguments: [String], environment: [String: String], directory: String, size: WindowSize) {
            (self.arguments, self.environment, self.directory, self.size) = (arguments, environment, directory, size)
        }
    }

    package let processID: Int32
    private let watch: ProcessWatch
    private let channel: any NIOCore.Channel
    private let output: TerminalOutput
    private let census: ProcessCensus
    /// A descriptor of the master of our own, for sizes: the channel hides its. -1 when closed.
    private let control: Locked<Int32>

    private init(
        processID: Int32, watch: ProcessWatch, channel: any NIOCore.Channel, output: TerminalOutput, control: Int32, census: ProcessCensus
    ) {
        (self.processID, self.watch, self.channel, self.output, self.census) = (processID, watch, channel, output, census)
        self.control = Locked(control)
    }

    deinit { closeControl() }

    /// - Parameter tag: `NAME=value` of a variable in the environment by which descendants are known that left the tree.
    package static func start(_ launch: Launch, tag: String? = nil, census: ProcessCensus) async throws(TerminalFailure) -> PseudoTerminal {
        let spawned = try await Spawned.make(launch)
        let watch: ProcessWatch
        do {
            watch = try ProcessWatch(spawned.pid)
        } catch {
            kill(spawned.pid, SIGKILL)
            _ = cpty_reap(spawned.pid)
            spawned.close()
            throw error
        }
        await census.watch(spawned.pid, tag: tag)
        let output = TerminalOutput()
        do {
            let channel = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .channelInitializer { $0.pipeline.addHandler(output) }
                .takingOwnershipOfDescriptor(inputOutput: spawned.master).get()
            return PseudoTerminal(
                processID: spawned.pid, watch: watch, channel: channel, output: output, control: spawned.control, census: census)
        } catch {
            spawned.close()
            await census.end(spawned.pid, grace: .zero)
            watch.reap()
            throw .system("terminal", code: EIO)
        }
    }

    /// The next bytes that the terminal printed; `nil` at the end. One reader at a time.
    package func nextOutput() async -> ByteBuffer? { await output.next(from: channel) }

    /// Types `bytes`. Returns when the terminal has taken them, which a program that does not read can delay for ever.
    package func write(_ bytes: [UInt8]) async throws(TerminalFailure) {
        do {
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        } catch {
            throw .ended
        }
    }

    package func resize(to size: WindowSize) {
        control.withLock { descriptor in
            // Only fails when the terminal has gone, which its reader learns.
            if descriptor >= 0 { _ = cpty_resize(descriptor, size.rows, size.columns) }
        }
    }

    /// Sends a signal to the leader and everything that descends from it.
    package func signal(_ number: Int32) async { await census.signal(processID, number) }

    /// Waits until the leader has ended.
    package func exit() async -> ExitStatus {
        await watch.wait()
        return watch.status() ?? .signalled(SIGKILL)
    }

    /// Waits until the leader has ended, or the caller's task is cancelled.
    func exitUnlessCancelled() async { await watch.waitUnlessCancelled() }

    package var hasExited: Bool { watch.hasEnded }

    /// Ends what still lives of the tree (hang-up, `grace`, then SIGKILL), reaps it and closes the terminal.
    @discardableResult package func finish(grace: Duration) async -> ExitStatus {
        await census.end(processID, grace: grace)
        // Who cannot look at the processes, for want of descriptors, ends the leader all the same.
        watch.signal(SIGKILL)
        let status = await exit()
        watch.reap()
        return status
    }

    /// Closes the terminal. After ``finish(grace:)``, when the last output has been read.
    package func close() async {
        closeControl()
        // Closed already when the other side went first.
        try? await channel.close()
    }

    private func closeControl() {
        control.withLock { descriptor in
            if descriptor >= 0 { Foundation.close(descriptor) }
            descriptor = -1
        }
    }
}
