/// How busy a machine is, in whole per cent, as its daemon says with each heartbeat (agent protocol, section 1.5). What it did not say is
/// `nil`.
package struct Load: Hashable, Sendable {
    package var processors: Int?
    package var memory: Int?
    package var disk: Int?

    package init(processors: Int? = nil, memory: Int? = nil, disk: Int? = nil) {
        (self.processors, self.memory, self.disk) = (processors, memory, disk)
    }

    /// When it was said; hours later it says little.
    package struct Reading: Hashable, Sendable {
        package let load: Load
        package let at: Timestamp

        package init(_ load: Load, at: Timestamp) {
            (self.load, self.at) = (load, at)
        }
    }
}
