/** Style sheets are imported for the bundler, which puts them into dist/panel.css. */
declare module '*.css' {}
