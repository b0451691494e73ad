// The process of which all others are compared: it starts and ends.
export {};
