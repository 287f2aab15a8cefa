/// How long the parts of the hub may take to stop. They stop one after the other, the gateway first: what Telegram may hold up, and then what
/// clients may hold up, must leave some time of the whole for the rest, or the last ones are cut off.
enum StopTimes {
    /// To send what is left to Telegram; what stays is on disk, and is sent at the next start.
    static let telegram: Duration = .seconds(3)
    /// To answer requests that are under way, and to close WebSockets.
    static let requests: Duration = .seconds(5)
    /// From SIGTERM to the end (architecture page, "Processes"). The unit file's `TimeoutStopSec` is longer.
    static let whole: Duration = .seconds(10)
    /// For what is left then, and is told to give up.
    static let cancellation: Duration = .seconds(3)
}
