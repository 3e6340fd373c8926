import { initAll } from './nhsuk.js'

initAll()
