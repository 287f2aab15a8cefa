/// Why a graph could not be drawn.
package enum GraphDrawingError: Error, Hashable, Sendable {
    /// The program `dot` is not installed.
    case missing
    case timedOut
    case failed(String)

    var sentence: String {
        switch self {
        case .missing: "I cannot draw: the program dot is not installed where the hub runs (the Debian package is graphviz)."
        case .timedOut: "Drawing this graph took too long. Try a smaller part of it: /graph #42 draws what surrounds one task."
        case .failed(let reason): "The graph could not be drawn: \(AgentText.line(reason, limit: 200))"
        }
    }
}

/// Draws a graph in the DOT language.
///
/// Throws ``GraphDrawingError``.
package typealias GraphDrawing = @Sendable (_ dot: String) async throws(GraphDrawingError) -> [UInt8]
