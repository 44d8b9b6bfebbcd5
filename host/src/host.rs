//! The service and the prism command: bridge, queue, scoring, leaderboard, weights, command line.
