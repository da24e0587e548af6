/// What a subscriber hears, with what it missed counted.
///
/// One reader at a time; ends with the subscription, or when the reader's task is cancelled.
package struct SubscriptionEvents: AsyncSequence, Sendable {
    package typealias Element = SubscriptionEvent
    package typealias Failure = Never

    let subscription: Subscription
    let telemetry: Telemetry

    /// Stops listening; what was kept can still be read.
    package func end() { subscription.end() }

    package func makeAsyncIterator() -> Iterator {
        Iterator(events: subscription.makeAsyncIterator(), telemetry: telemetry)
    }

    package struct Iterator: AsyncIteratorProtocol {
        var events: Subscription.Iterator
        let telemetry: Telemetry

        package mutating func next() async -> SubscriptionEvent? {
            let event = await events.next()
            if case .gap(let lost) = event { tell(lost) }
            return event
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async -> SubscriptionEvent? {
            await next()
        }

        private func tell(_ lost: Int?) {
            if let lost {
                telemetry.count(Metric.pubSubLost, by: lost)
            } else {
                telemetry.count(Metric.pubSubGaps)
            }
            telemetry.log(TelemetryEvent.pubSubGap, ["lost": lost.map(String.init) ?? "unknown"])
        }
    }
}
