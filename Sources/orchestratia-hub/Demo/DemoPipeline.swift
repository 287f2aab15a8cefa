import Foundation
import LiveSessions
import TelegramSimulator

/// The sample pipeline as a file that the people of the demo have at hand.
struct DemoPipeline: Sendable {
    static let name = "sale.yaml"

    let bytes: [UInt8]

    /// Reads it from where it lies: beside the launch profiles, of an installation or of a checkout.
    ///
    /// - Throws: ``Failure`` if it is not there.
    init(executable: String) throws {
        let places = LaunchProfiles.places(given: nil, executable: executable).map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("pipelines/\(Self.name)")
        }
        guard let data = places.lazy.compactMap({ try? Data(contentsOf: $0) }).first else {
            throw Failure("the demo needs the sample pipeline: none of \(places.map(\.path).joined(separator: ", ")) is there")
        }
        bytes = Array(data)
    }

    var sample: World.Sample {
        World.Sample(
            label: "Send a pipeline of 12 tasks", name: Self.name, mimeType: "application/yaml", bytes: bytes, caption: "/pipeline")
    }
}
