import Foundation
import NIOCore

/// A sentence for standard error; the program exits with 1.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// An address that cannot be had, in the system's own words: taken, not of this machine, or below 1024.
    init(listeningAt place: String, _ error: any Error, option: String) {
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        self.init("cannot listen on \(place): \(reason). Choose another with \(option)")
    }
}
