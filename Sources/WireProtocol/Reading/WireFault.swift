/// What does not fit in a document that came in: valid JSON, but not what the protocol says.
package struct WireFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    static func missing(_ name: String) -> Self { Self("\(name) is missing") }
    static func kind(_ name: String, _ expected: String, _ found: String) -> Self { Self("\(name) must be \(expected), not \(found)") }
}
