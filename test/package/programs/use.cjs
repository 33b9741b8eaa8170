// The same package by require.

const { run, executablePath } = require("rein");

run("echo", ["required"]).then(({ stdout }) => console.log(stdout, executablePath()));
