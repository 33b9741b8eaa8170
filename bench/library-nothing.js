// What rein/auto is compared with: a module that is imported and does nothing.
export {};
