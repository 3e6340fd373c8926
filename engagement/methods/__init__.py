"""The methods: pure, typed functions; chance only through a seed that is passed in."""
