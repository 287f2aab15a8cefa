import Foundation

/// The demo's agent as a launch profile.
enum DemoAgent {
    /// The name of the profile.
    static let profile = "demo"

    /// Writes the agent and its profile.
    ///
    /// - Parameters:
    ///   - folder: the demo's own, which vanishes with it.
    ///   - pace: seconds that each step of the agent takes.
    /// - Returns: the folder with the launch profiles.
    static func prepare(in folder: String, pace: Double) throws -> String {
        let (agent, profiles) = (folder + "/agent.sh", folder + "/profiles")
        try FileManager.default.createDirectory(atPath: profiles, withIntermediateDirectories: true)
        try Data(PackageResources.agent_sh).write(to: URL(fileURLWithPath: agent))
        let text = """
            name: \(profile)
            summary: the demo's agent
            command: [sh, '\(agent)', '\(pace)']
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(profiles)/\(profile).yaml"))
        return profiles
    }
}
